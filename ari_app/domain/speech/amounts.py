"""Sums of money in yuan."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ari_app.domain.speech.numbers import MAXIMUM, number
from ari_app.domain.speech.words import DIGITS, Language, Words

FEN: Final = Decimal("0.01")


def money(amount: Decimal, language: Language) -> Words:
    """An amount rounded half up to the fen: 十二元五角, 三元零五分; twelve yuan fifty fen.

    ValueError when it is not a finite number of at most MAXIMUM yuan.
    """
    if not amount.is_finite() or abs(amount) > MAXIMUM:
        raise ValueError(f"not an amount that can be spoken: {amount}")
    fen = int(abs(amount).quantize(FEN, ROUND_HALF_UP) * 100)
    sign = ("minus",) if amount < 0 and fen else ()
    yuan, rest = divmod(fen, 100)
    return sign + (_mandarin(yuan, rest) if language == "zh" else _english(yuan, rest))


def _english(yuan: int, fen: int) -> Words:
    whole = (*number(yuan, "en"), "yuan") if yuan or not fen else ()
    return whole + ((*number(fen, "en"), "fen") if fen else ())


def _mandarin(yuan: int, rest: int) -> Words:
    """A 2 that leads the sum is 两 (两元, 两角), a later one 二; a missing jiao is 零."""
    jiao, fen = divmod(rest, 10)
    words: Words = ()
    if yuan or not rest:
        words = (*(("two-of",) if yuan == 2 else number(yuan, "zh")), "yuan")  # noqa: PLR2004
    if jiao:
        words += (_figure(jiao, leads=not words), "jiao")
    if fen:
        gap = ("zero",) if words and not jiao else ()
        words += (*gap, _figure(fen, leads=not words), "fen")
    return words


def _figure(figure: int, *, leads: bool) -> str:
    return "two-of" if figure == 2 and leads else DIGITS[figure]  # noqa: PLR2004
