"""Lengths of time, rounded to what an ear wants to know."""

from typing import Final

from ari_app.domain.speech.numbers import Measure, counted
from ari_app.domain.speech.words import Language, Words

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400


def duration(seconds: float, language: Language) -> Words:
    """How long something took or is: to the second below a minute, to the minute below a day.

    Minutes are rounded to the nearest (90 s are two minutes), and never to "60 minutes".
    From a day on: whole days and hours. Negative counts as nothing.
    """
    whole = max(0, _nearest(seconds, 1))
    if whole < MINUTE:
        return counted(whole, Measure.SECOND, language)
    minutes = _nearest(seconds, MINUTE)
    if minutes * MINUTE < DAY:
        hours, rest = divmod(minutes, 60)
        return _two(hours, Measure.HOUR, rest, Measure.MINUTE, language)
    days, rest = divmod(_nearest(seconds, HOUR), 24)
    return _two(days, Measure.DAY, rest, Measure.HOUR, language)


def estimated_wait(seconds: float, language: Language) -> Words:
    """A wait still to come, as `as_spoken` rounds it: about 15 minutes."""
    minutes = as_spoken(seconds) // MINUTE
    if not minutes:
        return ("less-than-a-minute",)
    hours, rest = divmod(minutes, 60)
    return ("about", *_two(hours, Measure.HOUR, rest, Measure.MINUTE, language))


def as_spoken(seconds: float) -> int:
    """The seconds that `estimated_wait` promises, rounded up so that the promise is kept.

    Whole minutes up to ten, then steps of five, from an hour on quarters of an hour.
    """
    if seconds < MINUTE:
        return MINUTE - 1
    minutes = _up(seconds, MINUTE)
    step = 1 if minutes <= 10 else 5 if minutes <= 60 else 15  # noqa: PLR2004
    return _up(minutes, step) * step * MINUTE


def _two(high: int, large: Measure, low: int, small: Measure, language: Language) -> Words:
    first = counted(high, large, language) if high else ()
    return first + (counted(low, small, language) if low or not high else ())


def _nearest(value: float, step: int) -> int:
    return int((value + step / 2) // step)


def _up(value: float, step: int) -> int:
    return int(-(-value // step))
