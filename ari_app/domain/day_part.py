"""Parts of a day, in which people want to be called back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class DayPart(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


HOURS = {DayPart.MORNING: (9, 12), DayPart.AFTERNOON: (13, 18), DayPart.EVENING: (18, 21)}
LEAST = timedelta(minutes=30)  # of a part that is left today; else the same part of tomorrow


@dataclass(frozen=True, slots=True)
class Window:
    begins: datetime
    ends: datetime


def next_window(part: DayPart, local: datetime) -> Window:
    """The rest of that part of today, or the whole of tomorrow's. Args: local: now."""
    first, last = HOURS[part]
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if midnight + timedelta(hours=last) - local < LEAST:
        midnight += timedelta(days=1)
    begins = max(midnight + timedelta(hours=first), local)
    return Window(begins, midnight + timedelta(hours=last))
