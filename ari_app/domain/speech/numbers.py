"""Numbers as quantities and as places in an order.

English says no "and" ("one hundred five"): one prompt less, and it cannot be taken for a decimal.
"""

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Final

from ari_app.domain.speech.english import english_cardinal, english_ordinal
from ari_app.domain.speech.mandarin import mandarin_cardinal
from ari_app.domain.speech.words import DIGITS, Language, Words

# Nobody follows a longer quantity by ear: beyond it the digits are said one by one.
MAXIMUM: Final = 10**12

CARDINALS: Final[dict[str, Callable[[int], Words]]] = {
    "zh": mandarin_cardinal,
    "en": english_cardinal,
}


class Measure(StrEnum):
    """What is counted. Values name the plural prompt; Chinese has only that one."""

    ITEM = "items"
    CALLER = "callers"
    MESSAGE = "messages"
    TICKET = "tickets"
    ORDER = "orders"
    TIME = "times"
    DAY = "days"
    WEEK = "weeks"
    MONTH = "months"
    YEAR = "years"
    HOUR = "hours"
    MINUTE = "minutes"
    SECOND = "seconds"


def number(value: int | Decimal, language: Language) -> Words:
    """A bare number. A Decimal is read as written: the figures after its point one by one."""
    sign = ("minus",) if value < 0 else ()
    if isinstance(value, int):
        return sign + _whole(abs(value), language)
    whole, _, fraction = format(abs(value), "f").partition(".")
    tail = ("point", *_figures(fraction)) if fraction else ()
    return sign + _whole(int(whole), language) + tail


def counted(value: int, measure: Measure, language: Language) -> Words:
    """A number with what it counts: 两位, 十二分钟; one minute, two minutes.

    English has no word for Measure.ITEM: the prompt that follows names the thing.
    """
    if language == "zh":
        words = ("two-of",) if value == 2 else number(value, "zh")  # noqa: PLR2004
        return (*words, measure.value)
    if measure is Measure.ITEM:
        return number(value, "en")
    if value == 1:
        return (f"one-{measure.value.removesuffix('s')}",)
    return (*number(value, "en"), measure.value)


def ordinal(value: int, language: Language) -> Words:
    """Third, 第三. From 1 to MAXIMUM; ValueError outside it."""
    if not 1 <= value <= MAXIMUM:
        raise ValueError(f"no ordinal for {value}")
    if language == "zh":
        return ("ordinal", *mandarin_cardinal(value, liang=False))
    return english_ordinal(value)


def position(place: int, language: Language) -> Words:
    """A place in the queue, for between `you-are-number` and `in-the-queue`: 您目前排在第二位."""
    return mandarin_cardinal(place, liang=False) if language == "zh" else number(place, "en")


def _whole(value: int, language: Language) -> Words:
    return CARDINALS[language](value) if value <= MAXIMUM else _figures(str(value))


def _figures(text: str) -> Words:
    return tuple(DIGITS[int(figure)] for figure in text)
