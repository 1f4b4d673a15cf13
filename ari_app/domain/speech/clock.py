"""Dates, days of the week and times of day, in the caller's own time zone."""

import datetime as dt
from typing import Final

from ari_app.domain.speech.english import english_cardinal, english_ordinal, english_year
from ari_app.domain.speech.mandarin import mandarin_cardinal
from ari_app.domain.speech.words import DIGITS, MONTHS, WEEKDAYS, Language, Words

HALF_PAST: Final = 30
NOON: Final = 12
NEAR: Final = ("today", "tomorrow")
# First hour of each part of the day, as Chinese speakers divide it.
PARTS: Final = (
    (18, "evening"),
    (13, "afternoon"),
    (12, "midday"),
    (6, "morning"),
    (0, "before-dawn"),
)


def date(day: dt.date, language: Language, *, with_year: bool = True) -> Words:
    """二零二六年一月五日; January fifth, twenty twenty six."""
    month = MONTHS[day.month - 1]
    if language == "zh":
        year = (*(DIGITS[int(figure)] for figure in str(day.year)), "year") if with_year else ()
        return (*year, month, *mandarin_cardinal(day.day), "day")
    year = english_year(day.year) if with_year else ()
    return (month, *english_ordinal(day.day), *year)


def weekday(day: dt.date, language: Language) -> Words:  # noqa: ARG001
    """Both languages have one whole prompt for each day of the week."""
    return (WEEKDAYS[day.weekday()],)


def time_of_day(time: dt.time, language: Language) -> Words:
    """To the minute, by the twelve-hour clock and the part of the day.

    下午三点半, 上午九点零五分; three thirty p m, nine oh five a m.
    """
    return _mandarin(time.hour, time.minute) if language == "zh" else _english(time)


def opens_again(moment: dt.datetime, now: dt.datetime, language: Language) -> Words:
    """Both local: 明天上午九点整, 星期一上午九点整; tomorrow at nine a m, May eighth at noon."""
    ahead = (moment.date() - now.date()).days
    if ahead < len(NEAR):
        day: Words = (NEAR[ahead],)
    elif ahead < len(WEEKDAYS):
        day = weekday(moment, language)
    else:
        day = date(moment, language, with_year=moment.year != now.year)
    at = ("at",) if language == "en" else ()
    return (*day, *at, *time_of_day(moment.time(), language))


def _mandarin(hour: int, minute: int) -> Words:
    part = next(word for first, word in PARTS if hour >= first)
    on_the_dial = hour - NOON if hour > NOON else hour
    spoken = ("two-of",) if on_the_dial == 2 else mandarin_cardinal(on_the_dial)  # noqa: PLR2004
    return (part, *spoken, "o-clock", *_mandarin_minute(minute))


def _mandarin_minute(minute: int) -> Words:
    if not minute:
        return ("exactly",)
    if minute == HALF_PAST:
        return ("half",)
    gap = ("zero",) if minute < len(DIGITS) else ()
    return (*gap, *mandarin_cardinal(minute), "minute-past")


def _english(time: dt.time) -> Words:
    if not time.minute and time.hour % NOON == 0:
        return ("noon",) if time.hour else ("midnight",)
    hour = english_cardinal(time.hour % NOON or NOON)
    gap = ("oh",) if 0 < time.minute < len(DIGITS) else ()
    minute = english_cardinal(time.minute) if time.minute else ()
    return (*hour, *gap, *minute, "p-m" if time.hour >= NOON else "a-m")
