"""A callback in the morning is one that still comes, today or tomorrow."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ari_app.domain.day_part import DayPart, Window, next_window

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("part", "now", "begins", "ends"),
    [
        (DayPart.MORNING, "2026-08-03 07:00", "2026-08-03 09:00", "2026-08-03 12:00"),
        (DayPart.MORNING, "2026-08-03 10:15", "2026-08-03 10:15", "2026-08-03 12:00"),
        (DayPart.MORNING, "2026-08-03 11:31", "2026-08-04 09:00", "2026-08-04 12:00"),
        (DayPart.AFTERNOON, "2026-08-03 11:31", "2026-08-03 13:00", "2026-08-03 18:00"),
        (DayPart.EVENING, "2026-08-31 23:00", "2026-09-01 18:00", "2026-09-01 21:00"),
    ],
)
def test_the_next_one_is_meant(part: DayPart, now: str, begins: str, ends: str) -> None:
    assert next_window(part, at(now)) == Window(at(begins), at(ends))
