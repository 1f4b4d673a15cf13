"""Keeps the calendar filled: this year's and next year's public holidays, looked at once a day."""

import asyncio
import logging
from datetime import date
from typing import Never

from ari_app.domain.errors import Unavailable
from ari_app.ports import Clock
from ari_app.store import hours
from ari_app.store.db import Db
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

EVERY = 86_400.0
FIRST_AFTER = 60.0  # seconds; a process that starts has callers to find, and the list is long
AWAY_PAUSE = 60.0


async def _is_whole(db: Db, today: date) -> bool:
    """Are both years there, with the weekend days that are worked? Then nothing needs the list."""
    days = await hours.listed(db, "extract(year FROM day) BETWEEN $1 AND $1 + 1", today.year)
    kinds = {(day.day.year, day.kind) for day in days}
    return all(
        (year, kind) in kinds
        for year in (today.year, today.year + 1)
        for kind in ("holiday", "workday")
    )


async def keep_calendar(ask: Ask, clock: Clock) -> Never:
    """Until cancelled."""
    pause = FIRST_AFTER
    while True:
        await asyncio.sleep(pause)
        pause = EVERY
        try:
            if await ask(lambda db: _is_whole(db, clock.now().date())):
                continue
            added = await ask(lambda db: hours.fill(db, clock.now().date()))
            if added:
                log.info("public holidays added", extra={"days": added})
        except Unavailable as error:
            log.warning("the calendar is not filled yet: %s", error)
            pause = AWAY_PAUSE
