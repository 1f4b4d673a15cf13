"""A clock that goes with the event loop's time, so it jumps when the loop does."""

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


class LoopClock:
    """It is noon when the loop begins."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop or asyncio.get_running_loop()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return self._loop.time()
