"""Values that are known as text only - looked up, keyed in - as the words that say them."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from ari_app.domain.speech.amounts import money
from ari_app.domain.speech.clock import date, time_of_day, weekday
from ari_app.domain.speech.numbers import MAXIMUM, Measure, counted, number, ordinal
from ari_app.domain.speech.spelling import digits, phone_number, serial
from ari_app.domain.speech.waiting import duration
from ari_app.domain.speech.words import Language, Words

MOST_SIGNS = 40  # nobody follows more of them by ear
MOST_DECIMALS = 6


class SpokenAs(StrEnum):
    """How a value is said. `moment` is a date with its time of day."""

    NUMBER = "number"
    COUNT = "count"
    ORDINAL = "ordinal"
    MONEY = "money"
    DIGITS = "digits"
    PHONE = "phone"
    SERIAL = "serial"
    DATE = "date"
    WEEKDAY = "weekday"
    TIME = "time"
    MOMENT = "moment"
    DURATION = "duration"


def spoken(
    text: str, kind: SpokenAs, language: Language, measure: Measure = Measure.ITEM
) -> Words | None:
    """None for what cannot be said so: no number, no date, far too long.

    Dates and times are ISO 8601 (2026-01-05, 15:30, 2026-01-05 15:30), and are said as written.
    Durations are seconds.
    """
    text = text.strip()
    if not text or len(text) > MOST_SIGNS:
        return None
    if kind is SpokenAs.COUNT:
        whole = _whole(text)
        return None if whole is None else counted(whole, measure, language)
    try:
        return SAID[kind](text, language) or None
    except (ValueError, InvalidOperation, OverflowError):
        return None


def _whole(text: str) -> int | None:
    """Also what a database writes as 3.00."""
    try:
        amount = _amount(text)
    except (ValueError, InvalidOperation):
        return None
    return int(amount) if amount == amount.to_integral_value() else None


def _amount(text: str) -> Decimal:
    if not text.isascii():  # Decimal reads digits of every script, but also full-width signs
        raise ValueError("not a number as machines write it")
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount) > MAXIMUM:
        raise ValueError("not a number that can be followed by ear")
    return amount


def _number(text: str, language: Language) -> Words:
    amount = _amount(text)
    if (whole := _whole(text)) is not None:
        return number(whole, language)
    rounded = round(amount, MOST_DECIMALS).normalize()
    return number(rounded, language)


def _ordinal(text: str, language: Language) -> Words:
    whole = _whole(text)
    if whole is None:
        raise ValueError("not a whole number")
    return ordinal(whole, language)


def _day(text: str) -> dt.date:
    return dt.datetime.fromisoformat(text).date()


def _time(text: str) -> dt.time:
    has_date = "-" in text[:8]
    return dt.datetime.fromisoformat(text).time() if has_date else dt.time.fromisoformat(text)


def _moment(text: str, language: Language) -> Words:
    moment = dt.datetime.fromisoformat(text)
    return (*date(moment.date(), language), *time_of_day(moment.time(), language))


def _duration(text: str, language: Language) -> Words:
    return duration(float(_amount(text)), language)


SAID: Mapping[SpokenAs, Callable[[str, Language], Words]] = {
    SpokenAs.NUMBER: _number,
    SpokenAs.ORDINAL: _ordinal,
    SpokenAs.MONEY: lambda text, language: money(_amount(text), language),
    SpokenAs.DIGITS: digits,
    SpokenAs.PHONE: phone_number,
    SpokenAs.SERIAL: serial,
    SpokenAs.DATE: lambda text, language: date(_day(text), language),
    SpokenAs.WEEKDAY: lambda text, language: weekday(_day(text), language),
    SpokenAs.TIME: lambda text, language: time_of_day(_time(text), language),
    SpokenAs.MOMENT: _moment,
    SpokenAs.DURATION: _duration,
}
