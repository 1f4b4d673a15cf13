"""Keeps what is in memory as PostgreSQL has it: read as a whole, again after each change.

While PostgreSQL is away all stays as it was.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Never

from ari_app.domain.errors import HotlineError, Unavailable

log = logging.getLogger(__name__)

LONGEST_PAUSE = 5.0  # seconds between attempts to hear of changes

Listen = Callable[[Callable[[], object]], Awaitable[None]]
Load = Callable[[], Awaitable[None]]


class Follower:
    def __init__(self, what: str, listen: Listen, load: Load) -> None:
        """
        Args:
            listen: calls back on each change and returns, or raises Unavailable, when it cannot.
            load: reads everything; when it raises, all stays as it was.
        """
        self.what = what
        self.taken_up = 0  # changes since the first look, those that came together as one
        self._listen = listen
        self._load = load
        self._changed = asyncio.Event()

    def look(self) -> None:
        """Reads it again soon, as after a change."""
        self._changed.set()

    async def run(self) -> Never:
        """Follows what others change until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear(), name=f"{self.what} news")
            group.create_task(self._follow(), name=self.what)
        raise AssertionError("unreachable: both run until cancelled")

    async def _hear(self) -> Never:
        while True:
            try:
                await self._listen(self._changed.set)
            except Unavailable as error:
                log.debug("%s news: %s", self.what, error)
            await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))

    async def _follow(self) -> Never:
        """Changes that come while one is read are read together."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._load()
                self.taken_up += 1
            except Unavailable as error:
                log.warning("%s stays as it was: %s", self.what, error)
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))
                self._changed.set()
            except HotlineError as error:  # it is wrong; the next change may correct it
                log.error("%s stays as it was: %s", self.what, error)
