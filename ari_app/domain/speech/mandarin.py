"""Chinese cardinals as they are spoken."""

from typing import Final

from ari_app.domain.speech.words import DIGITS, Words

UNITS: Final = (
    (10**8, "hundred-million"),
    (10**4, "ten-thousand"),
    (1000, "thousand"),
    (100, "hundred"),
    (10, "ten"),
)


def mandarin_cardinal(value: int, *, liang: bool = True) -> Words:
    """Reads 0 to 10**16 - 1 by the largest unit that fits: what is above it, the unit, the rest.

    - 零 stands once before a rest that leaves out at least one place: 一千零五, 一亿零一千,
      but 十万一千, for the four places of a rest right below 万 are all filled.
    - 两 is said for a leading 2 before 百 千 万 亿 (两千二百), 二 everywhere else, also in
      sums further on (三万二千); this is the usage Lü Shuxiang's 现代汉语八百词 describes.
      With `liang=False` always 二, as after 第.
    - A leading 一十 is 十; further on it stays (一百一十五).
    """
    return _read(value, leading=True, liang=liang)


def _read(value: int, *, leading: bool, liang: bool) -> Words:
    if value < len(DIGITS):
        return (DIGITS[value],)
    size, unit = next(pair for pair in UNITS if value >= pair[0])
    above, rest = divmod(value, size)
    words = (*_above(above, unit, leading=leading, liang=liang), unit)
    if not rest:
        return words
    gap = ("zero",) if rest * 10 < size else ()
    return words + gap + _read(rest, leading=False, liang=liang)


def _above(value: int, unit: str, *, leading: bool, liang: bool) -> Words:
    if leading and unit == "ten" and value == 1:
        return ()
    if leading and liang and unit != "ten" and value == 2:  # noqa: PLR2004
        return ("two-of",)
    return _read(value, leading=leading, liang=liang)
