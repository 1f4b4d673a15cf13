"""Weekly opening hours, in the zone they are meant in."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ari_app.domain.hours import ALWAYS_OPEN, Opening, WeeklyHours, opening_problems

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

    closes = sunday.closes_at(opens)

    assert closes is not None
    assert (closes.timestamp() - opens.timestamp()) / HOUR == hours


def test_openings_that_overlap_are_refused() -> None:
    wrong = [Opening(1, 9 * HOUR, 13 * HOUR), Opening(1, 12 * HOUR, 18 * HOUR), Opening(2, 0, HOUR)]

    assert opening_problems(wrong, "queue 'orders', hours") == [
        "queue 'orders', hours: two openings of weekday 1 overlap"
    ]
    assert opening_problems(OFFICE.openings, "queue 'orders', hours") == []
