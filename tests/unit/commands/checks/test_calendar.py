"""Next year's holidays are missed before callers miss them."""

from datetime import date

import pytest

from ari_app.commands.checks.calendar import check_calendar
from ari_app.domain.finding import Level
from ari_app.domain.hours import CalendarDay, DayKind

KNOWN = {
    date(2026, 10, 1): CalendarDay(DayKind.HOLIDAY),
    date(2026, 10, 10): CalendarDay(DayKind.WORKDAY),
}
HOLIDAYS_OF_2027 = {date(2027, 10, 1): CalendarDay(DayKind.HOLIDAY)}


def test_in_november_nothing_is_missing_yet() -> None:
    assert list(check_calendar(KNOWN, date(2026, 11, 30))) == []


@pytest.mark.parametrize(
    ("days", "what"),
    [(KNOWN, "no public holidays"), (KNOWN | HOLIDAYS_OF_2027, "no make-up workdays")],
)
def test_from_december_on_next_year_is_missed(days: dict[date, CalendarDay], what: str) -> None:
    (found,) = check_calendar(days, date(2026, 12, 1))

    assert (found.level, found.place, found.what) == (Level.WARNING, "2027", what)
    assert "hotline calendar" in found.cure
