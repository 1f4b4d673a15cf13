"""The calendar: are the public holidays of the coming months known?"""

from collections.abc import Iterator, Mapping
from datetime import date

from ari_app.domain.finding import Finding, warning
from ari_app.domain.hours import CalendarDay, missing_years

CURES = {
    "no public holidays": "`hotline calendar` adds those the list has",
    "no make-up workdays": "take a newer `holidays`, or `hotline calendar add --kind workday`",
}


def check_calendar(days: Mapping[date, CalendarDay], today: date) -> Iterator[Finding]:
    for year, what in missing_years(days, today):
        yield warning("table calendar_day", str(year), what, CURES[what])
