"""The named opening hours in force: read as a whole, again after each change."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, tzinfo
from typing import Never

from ari_app.domain.hours import ALWAYS_OPEN, Standing, WeeklyHours
from ari_app.domain.storm import Storm
from ari_app.ports import Clock
from ari_app.store import hours
from ari_app.workers.calendar_keeper import keep_calendar
from ari_app.workers.follower import Follower, Listen
from ari_app.workers.recording_index import Ask


class HoursBook:
    """What nodes of type `hours` ask."""

    def __init__(
        self,
        ask: Ask,
        listen: Listen,
        clock: Clock,
        zone: tzinfo = UTC,
        storm: Callable[[], Storm | None] = lambda: None,
    ) -> None:
        """
        Args:
            zone: of schedules that name none.
            storm: the one in force, if there is one.
        """
        self._storm = storm
        self._ask = ask
        self._clock = clock
        self._zone = zone
        self._schedules: Mapping[str, WeeklyHours] = {}
        self.follower = Follower("hours book", listen, self.load)

    @property
    def names(self) -> Collection[str]:
        return self._schedules.keys()

    def standing(self, schedule: str) -> Standing:
        """Now. A schedule that is gone is open: whoever calls is served."""
        its = self._schedules.get(schedule, ALWAYS_OPEN)
        if storm := self._storm():
            its = storm.hours(schedule, its)
        return its.standing(self._clock.now().astimezone(self._zone))

    async def load(self) -> None:
        """Raises: Unavailable or BadSettings, and all stays as it was."""
        self._schedules = await self._ask(hours.schedules)

    async def run(self) -> Never:
        """Follows what others change, and keeps the calendar filled, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.follower.run(), name="hours news")
            group.create_task(keep_calendar(self._ask, self._clock), name="calendar")
        raise AssertionError("unreachable: both run until cancelled")
