"""Who waits for the facts of the journal to have come so far."""

import asyncio
from collections import deque


class Waiters:
    """Told in the order in which they began to wait."""

    def __init__(self) -> None:
        self._queue: deque[tuple[int, asyncio.Future[None]]] = deque()

    def __bool__(self) -> bool:
        return bool(self._queue)

    def until(self, count: int) -> asyncio.Future[None]:
        """Args: count: never less than in the call before."""
        waiter = asyncio.get_running_loop().create_future()
        self._queue.append((count, waiter))
        return waiter

    def tell(self, reached: int) -> None:
        while self._queue and self._queue[0][0] <= reached:
            _, waiter = self._queue.popleft()
            if not waiter.done():
                waiter.set_result(None)

    def fail(self, error: Exception) -> None:
        for _, waiter in self._queue:
            if not waiter.done():
                waiter.set_exception(error)
        self._queue.clear()
