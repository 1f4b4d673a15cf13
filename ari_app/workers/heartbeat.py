"""Keeps the gate in the dialplan open for as long as this process can really serve a call."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from ari_app.domain.errors import HotlineError

log = logging.getLogger(__name__)


class Heartbeat:
    """Writes the wall clock into CC_ALIVE. The dialplan compares it with its own, on one host."""

    def __init__(self, beat: Callable[[str], Awaitable[None]], seconds: float) -> None:
        self._beat = beat
        self._seconds = seconds
        self.last: float | None = None

    async def run(self) -> None:
        while True:
            try:
                await self._beat(str(int(time.time())))
                self.last = time.monotonic()
            except HotlineError as error:
                log.warning("heartbeat missed: %s", error)
            await asyncio.sleep(self._seconds)

    @property
    def age(self) -> float | None:
        """Seconds since the gate was last kept open; None before the first time."""
        return None if self.last is None else time.monotonic() - self.last
