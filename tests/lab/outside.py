"""Numbers outside, played by the world: who answers, who is busy, who is not there."""

import asyncio

from ari_app.lab.party import Party
from ari_app.lab.world import World


class OutsideNumber:
    """What somebody's telephone does when the hotline calls it; `rung` holds every such call."""

    def __init__(self, world: World, number: str) -> None:
        self.rung: list[Party] = []
        self.answered: asyncio.Queue[Party] = asyncio.Queue()
        self._world = world
        self._tone: int | None = None
        self._after = 0.5
        self._is_busy = False
        world.on_ring[number] = self._ring

    def answers(self, tone: int, after: float = 0.5) -> "OutsideNumber":
        self._tone, self._after, self._is_busy = tone, after, False
        return self

    def is_busy(self) -> "OutsideNumber":
        self._is_busy = True
        return self

    def is_out(self) -> "OutsideNumber":
        """It rings, and nobody comes."""
        self._tone, self._is_busy = None, False
        return self

    def _ring(self, party: Party) -> None:
        self.rung.append(party)
        if self._is_busy:
            self._world.start(party.refuse())
        elif self._tone is not None:
            self._world.start(self._answer(party, self._tone))

    async def _answer(self, party: Party, tone: int) -> None:
        await asyncio.sleep(self._after)
        await party.answer()
        party.talk(tone)
        self.answered.put_nowait(party)

    async def talking(self, within: float) -> Party:
        """The next call that is answered."""
        async with asyncio.timeout(within):
            return await self.answered.get()
