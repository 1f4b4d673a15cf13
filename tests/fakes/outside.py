"""Numbers outside that answer, or do not, without a gate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from ari_app.domain.call import CallFacts
from ari_app.domain.errors import NotReached
from ari_app.flows.outside_line import Outside, OutsideWish
from ari_app.ports import Leg, Room
from tests.fakes.telephony import FakeLeg


class FakeOutsideLine:
    """Answers after three seconds, and hangs up after `talks_for`; or fails after three."""

    def __init__(self, *, talks_for: float = 60.0, fails: NotReached | None = None) -> None:
        self.wishes: list[OutsideWish] = []
        self.over: list[str] = []
        self.refuses = ""  # why every number is, before it is dialled
        self.leg = FakeLeg("outside")
        self._talks_for = talks_for
        self._fails = fails

    def why_not(self, number: str) -> str:
        return self.refuses

    @asynccontextmanager
    async def dialled(
        self, call: CallFacts, leg: Leg, room: Room, wish: OutsideWish
    ) -> AsyncIterator[Outside]:
        self.wishes.append(wish)
        await asyncio.sleep(3)
        if self._fails is not None:
            raise self._fails
        self.leg.vanish_after(self._talks_for)
        async with self.found(call, Outside(UUID(int=7), self.leg)) as outside:
            yield outside

    @asynccontextmanager
    async def found(self, call: CallFacts, outside: Outside) -> AsyncIterator[Outside]:
        try:
            yield outside
        finally:
            await outside.leg.hang_up()
            self.over.append(outside.leg.id)
