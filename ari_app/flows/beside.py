"""Something that runs beside the main line of a flow, and ends with it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from ari_app.domain.errors import HotlineError

T = TypeVar("T")


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, T], name: str) -> AsyncIterator[asyncio.Task[T]]:
    """A task that is cancelled, and waited for, when the block is left.

    Its errors are seen by whoever asks for its result: a caller who hangs up is noticed by the
    runner of the call anyway, and an announcement that fails must not take a place in line.
    """
    task = asyncio.create_task(work, name=name)
    try:
        yield task
    finally:
        task.cancel()
        # Not `await task`: a caller who hangs up just now cancels us, and that must be felt.
        await asyncio.wait((task,))
        error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, HotlineError):
        raise error
