import pytest

from ari_app.sounds.pronunciation import english_syllables, mandarin_faults, mandarin_syllables

# 您好 as espeak-ng reads it.
BROKEN = "(en)nI55nt'u:55_| h,eI55@55Tr'i:55(cmn)_|"  # 1.51, voice cmn: "nin two hao three"
PINYIN = "n'i35n_| X'Au21_|"  # 1.51, voice cmn-latn-pinyin
REPAIRED = "ni35nX'Au214_|"  # 1.52, voice cmn


@pytest.mark.parametrize("phonemes", [PINYIN, REPAIRED])
def test_one_chinese_syllable_for_each_character_is_right(phonemes: str) -> None:
    assert mandarin_faults("您好", phonemes) == []


def test_tone_numbers_read_in_english_are_found() -> None:
    assert mandarin_faults("您好", BROKEN) == [
        "read as another language: (en)",
        "5 syllables are read, 2 are written",
    ]


def test_a_character_that_is_left_out_is_found() -> None:
    assert mandarin_faults("您好吗", PINYIN) == ["2 syllables are read, 3 are written"]


@pytest.mark.parametrize(
    ("text", "count"),
    [("您好，请按1。", 5), ("请chong2新选择。", 5), ("ling2 chen2", 2), ("", 0), ("lü4色", 2)],
)
def test_chinese_syllables_are_counted_with_digits_and_pinyin(text: str, count: int) -> None:
    assert mandarin_syllables(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("one", 1), ("seven", 2), ("hundred", 2), ("A M", 2), ("For English, press 2.", 5), ("W", 3)],
)
def test_english_syllables_are_counted(text: str, count: int) -> None:
    assert english_syllables(text) == count
