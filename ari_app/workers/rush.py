"""Offers between their decision and the phone: whatever can wait lets them go first.

Taking down a conversation keeps Asterisk and us busy for as long as an offer takes to reach its
phone. Both come from the same hang-up, and nobody hears which of them was first.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

LONGEST = 0.1  # seconds that anything lets offers go first


class Rush:
    def __init__(self) -> None:
        self._offers: set[object] = set()
        self._calm = asyncio.Event()
        self._calm.set()

    def begin(self) -> Callable[[], None]:
        """An offer is made. What this gives is to be called when its phone's call is on its way,
        or will never be; twice is once."""
        offer = object()
        self._offers.add(offer)
        self._calm.clear()

        def on_its_way() -> None:
            self._offers.discard(offer)
            if not self._offers:
                self._calm.set()

        return on_its_way

    async def over(self) -> None:
        """Returns when no offer is under way, and after LONGEST in any case."""
        if not self._calm.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST):
                    await self._calm.wait()
