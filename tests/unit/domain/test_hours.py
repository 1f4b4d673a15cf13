"""Weekly opening hours, in the zone they are meant in."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from ari_app.domain.hours import (
    ALWAYS_CLOSED,
    ALWAYS_OPEN,
    CalendarDay,
    DayKind,
    Opening,
    Standing,
    WeeklyHours,
    missing_years,
    opening_problems,
    read_spans,
    written,
)

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
HOUR = 3600
OFFICE = WeeklyHours(tuple(Opening(day, 9 * HOUR, 18 * HOUR) for day in range(1, 6)))
FRIDAY_NIGHT = WeeklyHours((Opening(5, 20 * HOUR, 24 * HOUR), Opening(6, 0, 4 * HOUR)))
DAY_AND_NIGHT = WeeklyHours(tuple(Opening(day, 0, 24 * HOUR) for day in range(1, 8)))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-08-03 08:59:59", False),  # a Monday
        ("2026-08-03 09:00:00", True),
        ("2026-08-03 17:59:59", True),
        ("2026-08-03 18:00:00", False),
        ("2026-08-08 12:00:00", False),  # a Saturday
    ],
)
def test_it_is_open_from_the_first_to_before_the_last_moment(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(at(moment)) is is_open


def test_without_hours_it_is_always_open() -> None:
    assert ALWAYS_OPEN.is_open(at("2026-08-08 03:00"))
    assert ALWAYS_OPEN.closes_at(at("2026-08-08 03:00")) is None


def test_it_closes_at_the_end_of_the_present_opening() -> None:
    assert OFFICE.closes_at(at("2026-08-03 12:00")) == at("2026-08-03 18:00")
    assert OFFICE.closes_at(at("2026-08-03 20:00")) is None


def test_openings_that_meet_at_midnight_are_one() -> None:
    assert FRIDAY_NIGHT.closes_at(at("2026-08-07 23:00")) == at("2026-08-08 04:00")
    assert FRIDAY_NIGHT.is_open(at("2026-08-08 03:59"))
    assert not FRIDAY_NIGHT.is_open(at("2026-08-08 04:00"))


def test_a_week_without_a_gap_never_closes() -> None:
    assert DAY_AND_NIGHT.closes_at(at("2026-08-03 12:00")) is None


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 17), ("2026-10-25", 19)])
def test_closing_time_is_by_the_clock_on_the_wall_when_that_is_put_forward_or_back(
    day: str, hours: int
) -> None:
    """Both are Sundays of Berlin on which the clock changes at night."""
    sunday = WeeklyHours((Opening(7, 0, 18 * HOUR),))
    opens = at(f"{day} 00:00", BERLIN)

    assert sunday.seconds_left(opens) == hours * HOUR


def test_openings_that_overlap_are_refused() -> None:
    wrong = [Opening(1, 9 * HOUR, 13 * HOUR), Opening(1, 12 * HOUR, 18 * HOUR), Opening(2, 0, HOUR)]

    assert opening_problems(wrong, "queue 'orders', hours") == [
        "queue 'orders', hours: two openings of weekday 1 overlap"
    ]
    assert opening_problems(OFFICE.openings, "queue 'orders', hours") == []


NATIONAL_DAY = {date(2026, 10, 1): CalendarDay(DayKind.HOLIDAY, {"zh": "国庆节", "en": "x"})}
MAKE_UP_DAYS = {date(2026, 10, 10): CalendarDay(DayKind.WORKDAY)}  # a Saturday
OWN_DAYS = {
    date(2026, 12, 31): CalendarDay(DayKind.SPECIAL, spans=read_spans("09:00-12:00")),
    date(2026, 12, 30): CalendarDay(DayKind.SPECIAL),
    date(2026, 10, 1): CalendarDay(DayKind.ORDINARY),
}
LUNCH = tuple(
    Opening(day, opens * HOUR, closes * HOUR)
    for day in range(1, 6)
    for opens, closes in ((9, 12), (13, 18))
)


@pytest.mark.parametrize(
    ("days", "moment", "why", "opens"),
    [
        ({}, "2026-10-01 10:00", "open", None),
        (NATIONAL_DAY, "2026-10-01 10:00", "holiday", "2026-10-02 09:00"),
        ({}, "2026-10-10 10:00", "closed", "2026-10-12 09:00"),
        (MAKE_UP_DAYS, "2026-10-10 10:00", "open", None),
        (MAKE_UP_DAYS, "2026-10-09 20:00", "closed", "2026-10-10 09:00"),
        (OWN_DAYS, "2026-12-31 10:00", "open", None),
        (OWN_DAYS, "2026-12-31 14:00", "special", "2027-01-01 09:00"),
        (OWN_DAYS, "2026-12-30 10:00", "special", "2026-12-31 09:00"),
        (OWN_DAYS, "2026-10-01 10:00", "open", None),  # a holiday that was taken away
    ],
)
def test_a_day_that_is_different_has_other_hours(
    days: dict[date, CalendarDay], moment: str, why: str, opens: str | None
) -> None:
    standing = WeeklyHours(OFFICE.openings, days).standing(at(moment))

    assert (standing.why, standing.opens_at) == (why, at(opens) if opens else None)


def test_openings_of_holidays_count_on_holidays_only() -> None:
    hours = WeeklyHours((*OFFICE.openings, Opening(0, 10 * HOUR, 12 * HOUR)), NATIONAL_DAY)

    assert hours.is_open(at("2026-10-01 11:00"))
    assert not hours.is_open(at("2026-10-01 09:30"))
    assert hours.is_open(at("2026-10-02 09:30"))


def test_who_is_always_open_is_so_on_holidays_and_keeps_its_own_days() -> None:
    hours = WeeklyHours((), {**NATIONAL_DAY, date(2026, 10, 2): CalendarDay(DayKind.SPECIAL)})

    assert hours.is_open(at("2026-10-01 03:00"))
    assert hours.standing(at("2026-10-02 03:00")).opens_at == at("2026-10-03 00:00")
    assert hours.closes_at(at("2026-10-01 03:00")) == at("2026-10-02 00:00")


def test_a_lunch_break_is_closed_until_it_is_over() -> None:
    hours = WeeklyHours(LUNCH)

    assert hours.standing(at("2026-08-03 12:30")).opens_at == at("2026-08-03 13:00")
    assert hours.closes_at(at("2026-08-03 11:00")) == at("2026-08-03 12:00")


def test_hours_of_another_zone_are_meant_there() -> None:
    """Berlin is seven hours behind Shanghai in winter, six in summer."""
    berlin = WeeklyHours(OFFICE.openings, zone="Europe/Berlin")

    assert berlin.is_open(at("2026-01-05 16:00"))
    assert not berlin.is_open(at("2026-01-05 15:30"))
    assert berlin.is_open(at("2026-08-03 15:30"))
    opens = berlin.standing(at("2026-03-28 12:00")).opens_at  # over the night the clock changes
    assert opens is not None
    assert opens.astimezone(SHANGHAI) == at("2026-03-30 15:00")


def test_what_never_opens_says_so() -> None:
    assert ALWAYS_CLOSED.standing(at("2026-08-03 12:00")) == Standing(False)


@pytest.mark.parametrize("text", ["", "09:00-12:00 13:30-24:00", "00:00-24:00"])
def test_openings_are_written_as_they_are_read(text: str) -> None:
    assert written(read_spans(text)) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("9-12", "'9-12' is no opening"),
        ("12:00-09:00", "does not end after it begins"),
        ("23:00-24:30", "before or at 24:00"),
        ("09:00-12:00 11:00-13:00", "overlap"),
    ],
)
def test_openings_that_make_no_sense_are_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_spans(text)


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        ("2026-11-30", [(2026, "no make-up workdays")]),
        ("2026-12-01", [(2026, "no make-up workdays"), (2027, "no public holidays")]),
    ],
)
def test_next_year_is_missed_once_its_list_should_be_there(
    today: str, missing: list[tuple[int, str]]
) -> None:
    assert list(missing_years(NATIONAL_DAY, date.fromisoformat(today))) == missing
