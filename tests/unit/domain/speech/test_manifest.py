import pytest

from ari_app.domain.speech.manifest import BadManifest, Kind, read_manifest

HEAD = """
voices.zh = { engine = "e", voices = ["a"], speed = 1, pitch = 1 }
voices.en = { engine = "e", voices = ["b"], speed = 1, pitch = 1 }
silence = { prompts = [50, 150], words = [20, 60] }
"""


def problems(text: str, head: str = HEAD) -> tuple[str, ...]:
    with pytest.raises(BadManifest) as refused:
        read_manifest(head + text)
    return refused.value.problems


def test_a_prompt_has_a_text_in_each_language_and_may_be_spoken_differently() -> None:
    manifest = read_manifest(HEAD + '[prompts.hi]\nzh = "你好"\nen = "Hi"\nsay-en = "high"\n')

    chinese, english = manifest.prompts
    assert (chinese.text, chinese.spoken) == ("你好", "你好")
    assert (english.text, english.spoken) == ("Hi", "high")
    assert manifest.texts("en") == {"hi": "Hi"}


def test_a_word_may_exist_in_one_language_only() -> None:
    manifest = read_manifest(HEAD + '[words]\ntwo-of = { zh = "两" }\n')

    assert manifest.names("zh") == {"two-of"}
    assert manifest.names("en") == set()


def test_letters_and_tones_exist_in_both_languages() -> None:
    manifest = read_manifest(
        HEAD + '[letters]\nletter-a = "A"\n[tones]\nbeep = { hertz = 1000, seconds = 0.2 }\n'
    )

    assert manifest.names("zh") == manifest.names("en") == {"letter-a", "beep"}
    assert {prompt.kind for prompt in manifest.prompts} == {Kind.LETTER}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[prompts.hi]\nzh = "你好"\n', "hi: no text in en"),
        ('[prompts.hi]\nzh = "你好"\nen = " "\n', "hi: en is empty or not text"),
        ('[prompts.hi]\nzh = "你好"\nen = "Hi"\nfr = "x"\n', "hi: unknown key 'fr'"),
        ('[prompts.Hi_There]\nzh = "你好"\nen = "Hi"\n', "Hi_There: names are small letters"),
        ('[prompts.a]\nzh = "一"\nen = "a"\n[words]\na = { zh = "一" }\n', "a: this name is there"),
        ("[words]\na = {}\n", "a: no text in zh and en"),
        ('[words]\na = "x"\n', "a: this is not a table"),
        ("[letters]\na = 1\n", "a: a letter is written as text"),
        ("[tones]\nbeep = { hertz = 1 }\n", "beep: a tone has hertz and seconds"),
        ("[pompts]\n", "unknown table [pompts]"),
        ("[words\n", "Expected"),
    ],
)
def test_a_slip_of_the_pen_is_named(text: str, problem: str) -> None:
    assert any(problem in each for each in problems(text))


def test_all_problems_are_told_at_once() -> None:
    assert len(problems("[words]\na = {}\n", head="")) == 11
