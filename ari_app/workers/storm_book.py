"""The storm in force, if there is one: known from PostgreSQL, over at its deadline in any case."""

import asyncio
import logging
from collections.abc import Callable
from typing import Never

import msgspec

from ari_app.domain.errors import Unavailable
from ari_app.domain.storm import Storm
from ari_app.ports import Clock
from ari_app.store import storms
from ari_app.workers.follower import Follower, Listen
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

LONGEST_SLEEP = 3600.0  # seconds; a clock that is set meanwhile is noticed


class StormBook:
    def __init__(self, ask: Ask, listen: Listen, clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._storm: Storm | None = None
        self._watchers: list[Callable[[], object]] = []
        self._changed = asyncio.Event()
        self.follower = Follower("storm", listen, self.load)

    def watch(self, told: Callable[[], object]) -> None:
        """Called after each change of `now`."""
        self._watchers.append(told)

    @property
    def now(self) -> Storm | None:
        """By our own clock: nobody has to be reached to end it."""
        storm = self._storm
        return storm if storm is not None and self._clock.now() < storm.until else None

    async def load(self) -> None:
        """Raises: Unavailable, and all stays as it was."""
        try:
            self._use(await self._ask(storms.active))
        except msgspec.MsgspecError as error:
            log.error("a storm cannot be read: %s; `hotline storm off` ends it", error)

    def _use(self, storm: Storm | None) -> None:
        if storm == self._storm:
            return
        self._storm = storm
        log.warning("storm %s", f"on: {storm.name} until {storm.until}" if storm else "off")
        self._changed.set()
        for told in self._watchers:
            told()

    async def run(self) -> Never:
        """Follows what others change, and ends it at its deadline, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.follower.run(), name="storm news")
            group.create_task(self._end_in_time(), name="storm deadline")
        raise AssertionError("unreachable: both run until cancelled")

    async def _end_in_time(self) -> Never:
        while True:
            self._changed.clear()
            storm = self._storm
            left = None if storm is None else (storm.until - self._clock.now()).total_seconds()
            if left is not None and left <= 0:
                self._use(None)
                await self._note()
                continue
            try:
                async with asyncio.timeout(None if left is None else min(left, LONGEST_SLEEP)):
                    await self._changed.wait()
            except TimeoutError:
                pass

    async def _note(self) -> None:
        """For the record only: the table says until when, and whoever looks sees it is over."""
        try:
            await self._ask(storms.note_ended)
        except Unavailable as error:
            log.warning("the end of the storm is not written down yet: %s", error)
