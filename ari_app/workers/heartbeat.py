"""Keeps the gate in the dialplan open for as long as this process can really serve a call."""

import asyncio
import contextlib
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
        self._now = asyncio.Event()
        self.last: float | None = None

    async def run(self) -> None:
        while True:
            self._now.clear()
            try:
                await self._beat(str(int(time.time())))
                self.last = time.monotonic()
            except HotlineError as error:
                log.warning("heartbeat missed: %s", error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._now.wait()

    def connected(self) -> None:
        """Callers need not wait for the next beat's turn."""
        self._now.set()

    def lost(self) -> None:
        """Whoever is connected to next may be another Asterisk, which has heard no beat."""
        self.last = None

    @property
    def age(self) -> float | None:
        """Seconds since the gate was last kept open; None before the first time."""
        return None if self.last is None else time.monotonic() - self.last
