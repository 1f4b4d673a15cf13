"""English cardinals, ordinals and years, without "and"."""

from typing import Final

from ari_app.domain.speech.words import DIGITS, ORDINALS, TEENS, TENS, Words

UNITS: Final = (
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (1000, "thousand"),
    (100, "hundred"),
)


def english_cardinal(value: int) -> Words:
    """0 to 10**15 - 1: one trillion, one hundred five, twenty one."""
    if value < 100:  # noqa: PLR2004
        return _below_hundred(value)
    size, unit = next(pair for pair in UNITS if value >= pair[0])
    above, rest = divmod(value, size)
    return (*english_cardinal(above), unit, *(english_cardinal(rest) if rest else ()))


def english_ordinal(value: int) -> Words:
    """The cardinal with its last word turned: twenty first, one hundredth."""
    *before, last = english_cardinal(value)
    return (*before, ORDINALS[last])


def english_year(year: int) -> Words:
    """Nineteen ninety eight, nineteen oh five, two thousand six, twenty twenty six."""
    century, rest = divmod(year, 100)
    if century < 10 or (century % 10 == 0 and rest < 10):  # noqa: PLR2004
        return english_cardinal(year)
    if not rest:
        return (*_below_hundred(century), "hundred")
    gap = ("oh",) if rest < len(DIGITS) else ()
    return _below_hundred(century) + gap + _below_hundred(rest)


def _below_hundred(value: int) -> Words:
    if value < len(DIGITS):
        return (DIGITS[value],)
    tens, ones = divmod(value, 10)
    if tens == 1:
        return (TEENS[ones],)
    return (TENS[tens - 2], *((DIGITS[ones],) if ones else ()))
