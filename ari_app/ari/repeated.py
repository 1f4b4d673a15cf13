"""Requests that are worth repeating while the connection is away."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from ari_app.ari.errors import AriUnavailable
from ari_app.domain.errors import Conflict

TRIES = 4
FIRST_PAUSE = 0.5  # seconds; doubled each time, some 3 s in all


async def repeated(operation: Callable[[], Awaitable[object]]) -> None:
    """Tries again with the same ids; what a repetition finds done already is a success.

    Raises:
        AriUnavailable: no connection for seconds, or Asterisk itself failed (never repeated).
        Conflict: at the first try only.
    """
    for attempt in range(1, TRIES + 1):
        try:
            await operation()
            return
        except Conflict:
            if attempt == 1:
                raise
            return
        except AriUnavailable as error:
            if attempt == TRIES or error.status is not None:
                raise
        await asyncio.sleep(FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1.0))
