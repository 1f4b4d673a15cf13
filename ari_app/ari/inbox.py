"""Where one reader (a call, a test) finds the events of the objects it follows."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Self

from ari_app.ari.errors import InboxClosed, InboxOverflow
from ari_app.ari.events import Event

if TYPE_CHECKING:
    from ari_app.ari.router import Router


class Inbox:
    """A bounded line of events with one reader. Never blocks who delivers.

    When it overflows it drops everything, is `lost`, and raises InboxOverflow to its reader
    until `reset()`: a hole in the middle would be worse than knowing nothing.
    """

    def __init__(self, name: str, limit: int, router: "Router") -> None:
        self.name = name
        self.limit = limit
        self.lost = False
        self.closed = False
        self._router = router
        self._events: deque[Event] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._ids: set[str] = set()

    def follow(self, *ids: str) -> Self:
        """Receive what concerns these channels, bridges, playbacks, recordings (by name),
        endpoints (`PJSIP/1001`) or devices from now on; call it before creating them."""
        for one in ids:
            self._ids.add(one)
            self._router.add(one, self)
        return self

    def unfollow(self, *ids: str) -> None:
        for one in ids:
            self._ids.discard(one)
            self._router.remove(one, self)

    def put(self, event: Event) -> None:
        """Called by the router; wakes the reader."""
        if self.lost or self.closed:
            return
        if len(self._events) >= self.limit:
            self._overflow()
        else:
            self._events.append(event)
        self._wake()

    async def next(self, within: float | None = None) -> Event:
        """The next event; raises TimeoutError after `within` s, InboxOverflow or InboxClosed."""
        if not self._events and not self.lost and not self.closed:
            async with asyncio.timeout(within):
                await self._arrival()
        if self.lost:
            raise InboxOverflow(self.name, self.limit)
        if self.closed:
            raise InboxClosed(self.name)
        return self._events.popleft()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """All events until the inbox is closed."""
        while True:
            try:
                event = await self.next()
            except InboxClosed:
                return
            yield event

    def __len__(self) -> int:
        return len(self._events)

    def reset(self) -> None:
        """Start afresh after a loss, once the reader has looked at the world again."""
        self._events.clear()
        self.lost = False

    def close(self) -> None:
        """Follow nothing any more; a waiting reader gets InboxClosed."""
        self.unfollow(*tuple(self._ids))
        self._router.forget(self)
        self._events.clear()
        self.closed = True
        self._wake()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _arrival(self) -> None:
        while not self._events and not self.lost and not self.closed:
            if self._waiter is not None:
                raise RuntimeError(f"inbox {self.name!r} has a reader already")
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    def _overflow(self) -> None:
        self._events.clear()
        self.lost = True
        self._router.stats.inbox_overflows += 1

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
