"""Forgets what Asterisk's event log said long ago, a little at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from ari_app.domain.errors import Unavailable
from ari_app.ports import Clock
from ari_app.store import cel_retention
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

BATCH = 2_000  # rows in one statement: some 10 ms, and the loader waits for none of them
FIRST_AFTER = 600.0  # seconds after the start, when there is most to do
EVERY = 86_400.0
PAUSE = 0.2  # seconds between batches
AWAY_PAUSE = 60.0


class CelRetention:
    """`forgotten` rows since the start is for metrics. Any node's rows: one engine at a time."""

    def __init__(
        self,
        ask: Ask,
        clock: Clock,
        keep: timedelta,
        in_charge: Callable[[], Awaitable[bool]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Args: in_charge: does this engine still hold the lease?"""
        self._ask, self._clock, self._keep = ask, clock, keep
        self._in_charge, self._sleep = in_charge, sleep
        self.forgotten = 0

    async def run(self) -> None:
        """Once a day, until cancelled."""
        pause = FIRST_AFTER
        while True:
            await self._sleep(pause)
            try:
                await self.forget()
                pause = EVERY
            except Unavailable as error:
                log.warning("forgetting is put off: %s", error)
                pause = AWAY_PAUSE

    async def forget(self) -> int:
        """Everything older than `keep`; returns how many rows. Raises Unavailable."""
        before, rows = self._clock.now() - self._keep, 0
        for source in await self._ask(cel_retention.sources):
            while await self._in_charge():
                gone = await self._ask(
                    lambda db, source=source: cel_retention.forget(db, source, before, BATCH)  # type: ignore[misc]
                )
                rows += gone
                self.forgotten += gone
                if gone < BATCH:
                    break
                await self._sleep(PAUSE)
        if rows:
            log.info("forgot old rows of the event log", extra={"rows": rows})
        return rows
