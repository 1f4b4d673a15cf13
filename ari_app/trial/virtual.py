"""Time that costs nothing: an event loop that jumps to its next timer."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")


class Stuck(Exception):
    """Everybody waits for something that nobody will do."""


class _Selector(selectors.DefaultSelector):
    """Nothing outside of the loop has anything to say, so nobody is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise Stuck
        self.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """For work that touches neither sockets nor threads."""

    def __init__(self) -> None:
        self._selector_of_time = _Selector()
        super().__init__(self._selector_of_time)

    def time(self) -> float:
        return self._selector_of_time.now

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Raises: Stuck; what waited for ever is cancelled first."""
        task = self.create_task(work)
        try:
            return self.run_until_complete(task)
        except Stuck:
            task.cancel()
            self.call_later(0, lambda: None)
            self.run_until_complete(asyncio.wait({task}))
            raise


class VirtualClock:
    """`at` is when it begins."""

    def __init__(self, loop: VirtualLoop, at: datetime) -> None:
        self._loop = loop
        self._at = at
        self._began = loop.time()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=self._loop.time() - self._began)

    def monotonic(self) -> float:
        return self._loop.time()
