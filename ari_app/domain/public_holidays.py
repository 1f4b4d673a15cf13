"""Public holidays of China with the weekend days that are worked for them, from `holidays`.

The State Council publishes the make-up workdays (调休) of a year in November of the year before;
a release of the library later they are here.
"""

from collections.abc import Mapping
from datetime import date

from ari_app.domain.hours import CalendarDay, DayKind

COUNTRY = "CN"
MAKE_UP_NAME = {"zh": "调休上班", "en": "Make-up workday"}


def public_holidays(years: tuple[int, ...]) -> Mapping[date, CalendarDay]:
    """In order. Nothing is read from a network."""
    import holidays  # noqa: PLC0415  (large, and wanted once a day)

    zh = holidays.country_holidays(COUNTRY, years=years, language="zh_CN")
    en = holidays.country_holidays(COUNTRY, years=years, language="en_US")
    days = {
        day: CalendarDay(DayKind.HOLIDAY, {"zh": zh[day], "en": en[day]})
        for day in zh
        if day.year in years
    }
    for day in zh.weekend_workdays:
        if day.year in years:
            days[day] = CalendarDay(DayKind.WORKDAY, MAKE_UP_NAME)
    return dict(sorted(days.items()))
