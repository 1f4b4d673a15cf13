"""Sends waiting callers elsewhere when their queue says so: overflow and closing time."""

import asyncio
import contextlib
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ari_app.domain.acd.overflow import (
    Destination,
    DestinationKind,
    Load,
    SentOn,
    next_look,
    overflow,
)
from ari_app.domain.errors import NotFound
from ari_app.domain.hours import WeeklyHours

if TYPE_CHECKING:
    from ari_app.workers.dispatcher import Dispatcher
    from ari_app.workers.place import QueuePlace


class SendingOn:
    def __init__(self, dispatcher: "Dispatcher", place: "QueuePlace") -> None:
        self._dispatcher = dispatcher
        self._place = place

    async def decided(self, *, on_entry: bool) -> SentOn:
        """Waits until the queue's rules lead the caller elsewhere; for ever when they do not.

        An agent whose phone rings for the caller comes first: nothing is decided meanwhile.

        Args:
            on_entry: the caller has not waited here before, also not in an earlier process.
        """
        while self._place.is_waiting:
            news = [self._dispatcher.queues_changed]
            if self._has_nowhere_to_lead():
                news.append(self._dispatcher.comings.next)
            # Before the decision: a limit that passes between the two is seen twice. The other way
            # round nobody would see it, and timers do come a moment early.
            seconds = self._next_look()
            found = self._now(on_entry=on_entry)
            if found is not None and self._place.is_offered:
                await self._place.offer_over()
                continue
            if found is not None:
                return found
            on_entry = False
            await _until(news, seconds)
        never: asyncio.Future[SentOn] = asyncio.get_running_loop().create_future()
        return await never  # an agent has answered

    def _now(self, *, on_entry: bool) -> SentOn | None:
        queue = self._place.queue
        if queue.closing_to is not None and not self._is_open and self._takes(queue.closing_to):
            return SentOn(queue.closing_to)
        if not queue.overflow:
            return None
        takes = self._dispatcher.takes
        return overflow(
            queue.overflow,
            self._load(),
            lambda name: takes(name, self._place.contact.needs),
            on_entry=on_entry,
        )

    def _takes(self, to: Destination) -> bool:
        needs = self._place.contact.needs
        return to.kind is not DestinationKind.QUEUE or self._dispatcher.takes(to.name, needs)

    def _load(self) -> Load:
        dispatcher, place = self._dispatcher, self._place
        now, expected = dispatcher.clock.monotonic(), dispatcher.outlook.expected(place)
        return Load(
            waited=now - place.began,
            expected=expected.bound if expected and expected.is_sure else None,
            waiting=dispatcher.matcher.waiting(place.queue.name),
            agents=dispatcher.matcher.standing(place.contact.id, now).here,
        )

    def _next_look(self) -> float:
        """In how many seconds time alone may change the answer."""
        queue, waited = self._place.queue, self._dispatcher.clock.monotonic() - self._place.began
        looks = [next_look(queue.overflow, waited) - waited]
        local = self._dispatcher.local_time()
        if queue.closing_to is not None and (left := queue.hours.seconds_left(local)):
            looks.append(left)
        opens = [hours.standing(local).opens_at for hours in self._hours_elsewhere()]
        looks += [moment.timestamp() - local.timestamp() for moment in opens if moment is not None]
        return min(looks)

    def _has_nowhere_to_lead(self) -> bool:
        """Is a rule due, only that the queue it leads to does not take callers yet?"""
        queue, waited = self._place.queue, self._dispatcher.clock.monotonic() - self._place.began
        is_closed = queue.closing_to is not None and not self._is_open
        return is_closed or next_look(queue.overflow, -1.0) <= waited

    def _hours_elsewhere(self) -> Iterator[WeeklyHours]:
        for _, to in self._place.queue.destinations():
            if to.kind is DestinationKind.QUEUE:
                with contextlib.suppress(NotFound):  # taken away a moment ago
                    yield self._dispatcher.queue(to.name).hours

    @property
    def _is_open(self) -> bool:
        return self._dispatcher.is_open(self._place.queue.name)


async def _until(news: list[asyncio.Event], seconds: float) -> None:
    """The first of these, or so many seconds."""
    waits = [asyncio.create_task(each.wait()) for each in news]
    try:
        limit = None if math.isinf(seconds) else max(seconds, 0.001)
        await asyncio.wait(waits, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
