"""Shows what agents do on the lamps (BLF) of phones: one device state in Asterisk per agent.

Phones subscribe to an agent's number, see [from-watchers] in dialplan/agents.conf. Asterisk keeps
the last states over its restarts, so all are set again whenever we connect.
"""

import asyncio
import logging
import random
from collections.abc import Iterable, Mapping
from typing import Literal, Never, Protocol

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import HotlineError, Unavailable
from ari_app.workers.roster import Seat

log = logging.getLogger(__name__)

S = AgentState
Lamp = Literal["NOT_INUSE", "RINGING", "INUSE", "BUSY", "ONHOLD", "UNAVAILABLE"]
LAMPS: Mapping[AgentState, Lamp] = {
    S.READY: "NOT_INUSE",
    S.RESERVED: "RINGING",
    S.TALKING: "INUSE",
    S.WRAP_UP: "BUSY",
    S.PAUSED: "ONHOLD",
    S.LOGGED_OUT: "UNAVAILABLE",
    S.PHONE_LOST: "UNAVAILABLE",
}
DEVICE = "Stasis:agent-{}"
LATER = 0.1  # seconds after a move: the phone that is to ring goes first
LONGEST_PAUSE = 5.0  # seconds until the next attempt


class SetLamp(Protocol):
    """Raises Unavailable when Asterisk does not answer."""

    async def __call__(self, device: str, lamp: Lamp, /) -> None: ...


class Lamps:
    def __init__(self, set_lamp: SetLamp) -> None:
        self._set_lamp = set_lamp
        self._due: dict[int, Lamp] = {}
        self._wake = asyncio.Event()

    def moved(self, seat: Seat) -> None:
        """Soon; of several moves the last counts."""
        self._due[seat.member.id] = LAMPS[seat.state]
        self._wake.set()

    def all(self, seats: Iterable[Seat]) -> None:
        """Whoever Asterisk may have forgotten, or missed."""
        for seat in seats:
            self.moved(seat)

    async def run(self) -> Never:
        while True:
            await self._wake.wait()
            await asyncio.sleep(LATER)
            self._wake.clear()
            try:
                await self._set_due()
            except Unavailable as error:
                log.warning("lamps are late: %s", error, extra={"due": len(self._due)})
                await asyncio.sleep(random.uniform(LATER, LONGEST_PAUSE))
                self._wake.set()

    async def _set_due(self) -> None:
        while self._due:
            number, lamp = next(iter(self._due.items()))
            try:
                await self._set_lamp(DEVICE.format(number), lamp)
            except Unavailable:
                raise
            except HotlineError as error:
                log.warning("a lamp cannot be set: %s", error, extra={"agent": number})
            if self._due.get(number) == lamp:  # else the agent has moved meanwhile
                del self._due[number]
