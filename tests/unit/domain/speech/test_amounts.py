import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.speech import money
from tests.unit.domain.speech.heard import (
    FIGURES,
    chinese,
    value_of_chinese,
    value_of_english,
)


@pytest.mark.parametrize(
    ("amount", "characters", "words"),
    [
        ("0", "零元", "zero yuan"),
        ("1", "一元", "one yuan"),
        ("2", "两元", "two yuan"),
        ("2.00", "两元", "two yuan"),
        ("2.20", "两元二角", "two yuan twenty fen"),
        ("2.22", "两元二角二分", "two yuan twenty two fen"),
        ("0.20", "两角", "twenty fen"),
        ("0.22", "两角二分", "twenty two fen"),
        ("0.02", "两分", "two fen"),
        ("0.05", "五分", "five fen"),
        ("3.05", "三元零五分", "three yuan five fen"),
        ("10.02", "十元零二分", "ten yuan two fen"),
        ("12.50", "十二元五角", "twelve yuan fifty fen"),
        ("22", "二十二元", "twenty two yuan"),
        ("200", "两百元", "two hundred yuan"),
        ("102.2", "一百零二元二角", "one hundred two yuan twenty fen"),
        ("1234.56", "一千二百三十四元五角六分", None),
        ("20000", "两万元", "twenty thousand yuan"),
        ("1000000.01", "一百万元零一分", "one million yuan one fen"),
        ("-8.8", "负八元八角", "minus eight yuan eighty fen"),
        ("-0.001", "零元", "zero yuan"),
        ("0.005", "一分", "one fen"),
        ("9.995", "十元", "ten yuan"),
    ],
)
def test_money_is_said_as_at_a_counter(amount: str, characters: str, words: str | None) -> None:
    assert chinese(money(Decimal(amount), "zh")) == characters
    assert words is None or money(Decimal(amount), "en") == tuple(words.split())


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1000000000000.01"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        money(Decimal(amount), "zh")


@given(st.integers(-(10**14), 10**14))
def test_whoever_hears_an_amount_knows_it_to_the_fen(fen: int) -> None:
    amount = Decimal(fen) / 100

    assert fen_of_chinese(chinese(money(amount, "zh"))) == fen
    assert fen_of_english(money(amount, "en")) == fen


def fen_of_chinese(text: str) -> int:
    sign, text = (-1, text[1:]) if text.startswith("负") else (1, text)
    yuan, _, rest = text.rpartition("元")
    total = value_of_chinese(yuan) * 100 if yuan else 0
    for figure, unit in itertools.pairwise(rest):
        if unit in "角分":
            total += FIGURES.index(figure.replace("两", "二")) * (10 if unit == "角" else 1)
    return sign * total


def fen_of_english(words: tuple[str, ...]) -> int:
    sign, words = (-1, words[1:]) if words[0] == "minus" else (1, words)
    at = words.index("yuan") if "yuan" in words else -1
    whole = value_of_english(words[:at]) if at >= 0 else 0
    rest = value_of_english(words[at + 1 : -1]) if words[-1] == "fen" else 0
    return sign * (whole * 100 + rest)
