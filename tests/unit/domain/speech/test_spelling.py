import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.speech import VOCABULARY, agent_number, digits, phone_number, serial
from tests.unit.domain.speech.heard import ENGLISH, chinese

KEYS = "0123456789*#+"
SIGNS = dict(zip([*ENGLISH[:10], "star", "pound-key", "plus"], KEYS, strict=True))


def written(words: tuple[str, ...]) -> str:
    """Writes down what was heard, pauses left out."""
    signs = SIGNS | {"one-in-number": "1", "pause": ""}
    signs |= {f"letter-{letter.lower()}": letter for letter in string.ascii_uppercase}
    return "".join(signs[word] for word in words)


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("13900000001", "幺三九零零零零零零零幺"),
        ("110", "幺幺零"),
        ("95588", "九五五八八"),
        ("2", "二"),
        ("*45", "星号四五"),
        ("12#", "幺二井号"),
        ("+86", "加号八六"),
        ("", ""),
    ],
)
def test_digits_are_read_one_by_one_with_yao_for_one(text: str, characters: str) -> None:
    assert chinese(digits(text, "zh")) == characters


def test_english_digits_are_read_one_by_one() -> None:
    assert digits("10*", "en") == ("one", "zero", "star")


@pytest.mark.parametrize("text", ["1a", "１", "12 3", "٣"])
def test_a_sign_that_is_no_digit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be read as a digit"):
        digits(text, "zh")


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("13912345678", "幺三九 幺二三四 五六七八"),
        ("+8613912345678", "幺三九 幺二三四 五六七八"),
        ("8613912345678", "幺三九 幺二三四 五六七八"),
        ("62345678", "六二三四 五六七八"),
        ("95588", "九五五八八"),
        ("075562345678", "零七五五 六二三四 五六七八"),
        ("8012", "八零幺二"),
    ],
)
def test_a_telephone_number_has_the_pauses_of_its_written_form(text: str, characters: str) -> None:
    assert chinese(phone_number(text, "zh")) == characters


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("TS20260105-0042", "TS 二零二六 零幺零五 零零四二"),
        ("ts7", "TS 七"),
        ("A1B2", "A 幺 B 二"),
        ("100 200", "幺零零 二零零"),
        ("工单88", "八八"),
        ("12345", "幺二三四五"),
        ("123456", "幺二三四 五六"),
    ],
)
def test_a_serial_number_is_read_in_short_groups(text: str, characters: str) -> None:
    assert chinese(serial(text, "zh")) == characters


def test_an_agent_is_named_by_number() -> None:
    assert chinese(agent_number("8012", "zh")) == "工号八零幺二为您服务"
    assert agent_number("81", "en") == (
        "connected-to-agent-number",
        "eight",
        "one",
        "at-your-service",
    )


@given(st.text(alphabet=KEYS), st.sampled_from(["zh", "en"]))
def test_digits_can_be_written_down_again(text: str, language: str) -> None:
    words = digits(text, "zh") if language == "zh" else digits(text, "en")

    assert written(words) == text
    assert set(words) <= VOCABULARY[language]


@given(st.text(alphabet=string.ascii_uppercase + string.digits + "-/ "))
def test_serial_numbers_can_be_written_down_again(text: str) -> None:
    heard = written(serial(text, "en"))

    assert heard == "".join(sign for sign in text if sign.isalnum())


@given(st.text(alphabet=string.digits, min_size=1))
def test_no_group_of_a_telephone_number_is_longer_than_five(text: str) -> None:
    groups = " ".join(phone_number(text, "en")).split("pause")

    assert max(len(group.split()) for group in groups) <= 5
    assert written(phone_number(text, "en")) in (text, text.removeprefix("86"))
