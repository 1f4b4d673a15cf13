"""The public list: what an office in China has known of 2026 since the notice for it."""

from datetime import date

from ari_app.domain.hours import DayKind
from ari_app.domain.public_holidays import public_holidays


def test_holidays_and_the_weekends_worked_for_them_are_there_in_both_languages() -> None:
    days = public_holidays((2026,))

    assert days[date(2026, 10, 1)].kind is DayKind.HOLIDAY
    assert days[date(2026, 10, 1)].name == {"zh": "国庆节", "en": "National Day"}
    worked = [day for day, one in days.items() if one.kind is DayKind.WORKDAY]
    assert worked == [
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9),
        date(2026, 9, 20), date(2026, 10, 10),
    ]  # fmt: skip
    assert all(day.weekday() >= 5 for day in worked)


def test_only_the_years_asked_for_are_there() -> None:
    assert {day.year for day in public_holidays((2026, 2027))} == {2026, 2027}
    assert {day.year for day in public_holidays((2026,))} == {2026}
