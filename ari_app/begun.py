"""Work that has begun before anybody has a task to wait for it."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Begun(Generic[T]):
    """A coroutine that runs to its first wait at once, in whoever makes this: a task of its own
    would come after everything else that is ready. Awaiting this, once, goes on with it, and
    tells what it returned or raised."""

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self._coroutine = coroutine
        self._until: Any = None  # what the loop is to call back
        self._result: T | None = None
        self._failure: Exception | None = None
        self.is_over = False  # it never had to wait, and has not failed
        try:
            self._until = coroutine.send(None)
        except StopIteration as over:
            self.is_over, self._result = True, over.value
        except Exception as error:  # whose it is, is for whoever waits for it to say
            self._failure = error

    def close(self) -> None:
        """Nobody goes on with it: nor need whatever it waits for, and what it holds is let go."""
        if isinstance(self._until, asyncio.Future):
            self._until.cancel()
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, T]:
        if self._failure is not None:
            raise self._failure
        until = self._until
        try:
            while not self.is_over:
                try:
                    came = yield until
                except BaseException as error:
                    until = self._coroutine.throw(error)
                else:
                    until = self._coroutine.send(came)
        except StopIteration as over:
            return over.value  # type: ignore[no-any-return]
        return self._result  # type: ignore[return-value]
