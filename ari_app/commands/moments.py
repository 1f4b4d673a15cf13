"""Times as people type them: `90s`, `30m`, `2h`, `7d`, `today`, `2026-03-01 09:00`."""

import re
from datetime import datetime, timedelta

import typer

AGO = re.compile(r"(\d{1,6})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment(text: str | None, now: datetime) -> datetime | None:
    """The moment meant, in the zone of `now` (aware) where the text names none; None for None.

    Raises:
        typer.BadParameter: not a time.
    """
    if text is None:
        return None
    if ago := AGO.fullmatch(text.strip().lower()):
        return now - timedelta(**{UNITS[ago[2]]: int(ago[1])})
    if text.strip().lower() == "today":
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no time: 90s, 30m, 2h, 7d, today, 2026-03-01 or 2026-03-01T09:00"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)


def local_now() -> datetime:
    return datetime.now().astimezone()
