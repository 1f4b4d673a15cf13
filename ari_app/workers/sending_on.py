"""Sends waiting callers elsewhere when their queue says so: overflow and closing time."""

import asyncio
import contextlib
import math
from typing import TYPE_CHECKING

from ari_app.domain.acd.overflow import (
    Destination,
    DestinationKind,
    Load,
    SentOn,
    next_look,
    overflow,
)

if TYPE_CHECKING:
    from ari_app.workers.dispatcher import Dispatcher
    from ari_app.workers.place import QueuePlace

# Rules and hours tell of their changes. Whether a queue that was passed over takes callers by now
# depends on every agent's moves: it is asked again, and only while a rule has nowhere to lead.
AGAIN_SECONDS = 10.0


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
            changed = self._dispatcher.queues_changed
            found = self._now(on_entry=on_entry)
            if found is not None and self._place.is_offered:
                await self._place.offer_over()
                continue
            if found is not None:
                return found
            on_entry = False
            await _until(changed, self._next_look())
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
        hands_over = queue.closing_to is not None
        if next_look(queue.overflow, -1.0) <= waited or (hands_over and not self._is_open):
            looks.append(AGAIN_SECONDS)
        local = self._dispatcher.local_time()
        if hands_over and (left := queue.hours.seconds_left(local)):
            looks.append(left)
        return min(looks)

    @property
    def _is_open(self) -> bool:
        return self._dispatcher.is_open(self._place.queue.name)


async def _until(changed: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(None if math.isinf(seconds) else max(seconds, 0.001)):
            await changed.wait()
