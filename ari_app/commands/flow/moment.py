"""A coming moment as people type it: `Sat 18:05`, `18:05`, `2026-12-25 10:00`."""

import re
from datetime import datetime, timedelta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CHINESE = "一二三四五六日"
COMING = re.compile(r"(?:(?:周|星期)([一二三四五六日天])|([a-z]{3})[a-z]*)?\s*(\d{1,2}):(\d{2})")


def coming(text: str, now: datetime) -> datetime:
    """The next such moment, in the zone of `now`, which is aware; today counts.

    Raises:
        ValueError: saying how moments are written.
    """
    found = COMING.fullmatch(text.strip().lower())
    try:
        if found is None:
            at = datetime.fromisoformat(text.strip())
            return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
        hour, minute = int(found[3]), int(found[4])
        at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if found[1] or found[2]:
            at += timedelta(days=(_weekday(found[1], found[2]) - now.weekday()) % 7)
    except ValueError:
        raise ValueError(
            f"{text!r} is no moment: `Sat 18:05`, `周六 18:05`, `18:05` or `2026-12-25 10:00`"
        ) from None
    return at


def _weekday(chinese: str | None, english: str | None) -> int:
    """Raises: ValueError."""
    if chinese:
        return CHINESE.index(chinese.replace("天", "日"))
    return DAYS.index(english or "")
