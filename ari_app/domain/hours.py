"""When something is open: week by week, on public holidays, on days of its own.

Times are seconds since local midnight, by the clock on the wall.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

DAY = 86_400
HOLIDAYS = 0  # the weekday of openings on public holidays
MAKE_UP = 1  # a weekend day that is worked has Monday's hours
MOST_JOINED = 15  # two a day; a longer row of openings without a gap is a week that never closes
LOOK_AHEAD = 400  # days; what does not open within them does not open again

_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")

Span = tuple[int, int]
"""Opens, closes: at most DAY."""


class DayKind(StrEnum):
    """What is different about a day."""

    HOLIDAY = "holiday"  # public
    WORKDAY = "workday"  # 调休: a weekend day that is worked
    SPECIAL = "special"  # has hours of its own
    ORDINARY = "ordinary"  # as its weekday, whatever anybody's list of holidays says


class CalendarDay(msgspec.Struct, frozen=True):
    """`spans` are those of a special day: none is closed all day."""

    kind: DayKind
    name: dict[str, str] = {}
    spans: tuple[Span, ...] = ()


class Opening(msgspec.Struct, frozen=True):
    """`weekday` is 1 for Monday to 7, or HOLIDAYS; `closes` at most DAY. Over midnight: two of
    them."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How it is now. `day` is what is different about today, `opens_at` when it opens again:
    local to the hours; None when it is open, or never opens."""

    is_open: bool
    day: CalendarDay | None = None
    opens_at: datetime | None = None

    @property
    def why(self) -> str:
        """`open`, or what closes it: `holiday`, `special`, or `closed` on any other day."""
        if self.is_open:
            return "open"
        if self.day is not None and self.day.kind in {DayKind.HOLIDAY, DayKind.SPECIAL}:
            return self.day.kind.value
        return "closed"


class WeeklyHours(msgspec.Struct, frozen=True):
    """No openings at all: always open, but on special days with their own hours. On holidays only
    the openings of HOLIDAYS count.

    Moments are aware, in the zone the hours are meant in; with a `zone`, in any.
    """

    openings: tuple[Opening, ...] = ()
    days: dict[date, CalendarDay] = {}
    zone: str = ""

    def is_open(self, moment: datetime) -> bool:
        return self._around(self.local(moment)) is not None

    def standing(self, moment: datetime) -> Standing:
        local = self.local(moment)
        day = self.days.get(local.date())
        if self._around(local) is not None:
            return Standing(True, day)
        return Standing(False, day, self._next(local))

    def closes_at(self, moment: datetime) -> datetime | None:
        """The end of the present opening, joined with those right behind it; None for never, and
        when it is not open."""
        found, local = None, self.local(moment)
        for _ in range(MOST_JOINED):
            span = self._around(local)
            if span is None:
                return found
            found = local = _midnight(local) + timedelta(seconds=span[1])
        return None

    def seconds_left(self, moment: datetime) -> float | None:
        """Until it closes, as they pass: not those on a clock that is changed meanwhile."""
        closes = self.closes_at(moment)
        return closes.timestamp() - moment.timestamp() if closes else None

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone)) if self.zone else moment

    def on(self, day: date) -> tuple[Span, ...]:
        """The openings of one day, in order."""
        different = self.days.get(day)
        if different is not None and different.kind is DayKind.SPECIAL:
            return tuple(sorted(different.spans))
        if not self.openings:
            return ((0, DAY),)
        weekday = _counts_as(day, different)
        return tuple(
            sorted((one.opens, one.closes) for one in self.openings if one.weekday == weekday)
        )

    def _around(self, local: datetime) -> Span | None:
        second = (local.hour * 60 + local.minute) * 60 + local.second
        return next((one for one in self.on(local.date()) if one[0] <= second < one[1]), None)

    def _next(self, local: datetime) -> datetime | None:
        for ahead in range(LOOK_AHEAD):
            midnight = _midnight(local) + timedelta(days=ahead)
            for opens, _ in self.on(midnight.date()):
                if (moment := midnight + timedelta(seconds=opens)) > local:
                    return moment
        return None


ALWAYS_OPEN = WeeklyHours()
ALWAYS_CLOSED = WeeklyHours((Opening(HOLIDAYS, 0, 1),))
"""Opens on holidays only, and knows none."""


def _counts_as(day: date, different: CalendarDay | None) -> int:
    if different is not None and different.kind is DayKind.HOLIDAY:
        return HOLIDAYS
    if different is not None and different.kind is DayKind.WORKDAY:
        return MAKE_UP
    return day.isoweekday()


def _midnight(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def read_spans(text: str) -> tuple[Span, ...]:
    """`09:00-12:00 13:30-24:00`; nothing at all is closed all day.

    Raises:
        ValueError: says what is wrong with which part.
    """
    spans = tuple(map(_read_span, text.split()))
    for before, after in pairwise(sorted(spans)):
        if after[0] < before[1]:
            raise ValueError(f"two openings of {text!r} overlap")
    return spans


def _read_span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no opening; as in 09:00-18:00")
    opens, closes = ((int(found[at]) * 60 + int(found[at + 1])) * 60 for at in (1, 3))
    if not opens < closes <= DAY:
        raise ValueError(f"{text!r} does not end after it begins, before or at 24:00")
    return opens, closes


def written(spans: Sequence[Span]) -> str:
    """As `read_spans` reads it."""
    return " ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)


def _clock(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours:02}:{minutes:02}"


def opening_problems(openings: Sequence[Opening], place: str) -> list[str]:
    """Openings of one day must not overlap: nobody could say what was meant."""
    found = []
    ordered = sorted(openings, key=lambda one: (one.weekday, one.opens))
    for before, after in pairwise(ordered):
        if before.weekday == after.weekday and after.opens < before.closes:
            found.append(f"{place}: two openings of weekday {after.weekday} overlap")
    return found


def missing_years(days: Mapping[date, CalendarDay], today: date) -> Iterator[tuple[int, str]]:
    """Years whose public holidays should be known by now, and what of them is missing. Make-up
    workdays are published in November for the year that follows."""
    wanted = [today.year]
    if today.month == 12:  # noqa: PLR2004
        wanted.append(today.year + 1)
    for year in wanted:
        kinds = {day.kind for at, day in days.items() if at.year == year}
        if DayKind.HOLIDAY not in kinds:
            yield year, "no public holidays"
        elif DayKind.WORKDAY not in kinds:
            yield year, "no make-up workdays"
