"""A conversation that no place in line led to, or no more: found again, or with a colleague."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ari_app.domain.acd.overflow import SentOn
from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.call import CallFacts
from ari_app.domain.facts import LegEnded
from ari_app.ports import Leg, Reached
from ari_app.workers.leg_end import hang_up
from ari_app.workers.roster import Seat

if TYPE_CHECKING:
    from ari_app.workers.dispatcher import Dispatcher


class ResumedTalk:
    """Stands in for the place in line that once led to it: it ends the agent's part."""

    def __init__(self, dispatcher: "Dispatcher", call: CallFacts, seat: Seat, leg: Leg) -> None:
        self._dispatcher = dispatcher
        self._call = call
        self._seat = seat
        self._leg = leg
        self._lost = False

    position = 1
    anybody = True

    def promise(self) -> float | None:
        return None

    def when_reached(self, tell: Callable[[Reached], object]) -> None:
        """That was before."""

    async def agent(self) -> Reached:
        return Reached(self._seat.member.id, self._leg)

    async def sent_on(self) -> SentOn:
        never: asyncio.Future[SentOn] = asyncio.get_running_loop().create_future()
        return await never  # nobody waits

    def leaving(self, how: str, sent_on: SentOn | None = None) -> None:
        """The line was left when the agent answered."""

    def agent_lost(self) -> None:
        self._lost = True

    def saved(self) -> Mapping[str, str]:
        return {}

    def enter(self) -> None:
        if self._seat.state is not AgentState.TALKING:
            self._dispatcher.roster.move(
                self._seat, AgentState.TALKING, Reason.SYSTEM_RECOVERY, call_id=self._call.id
            )

    async def leave(self) -> None:
        await hang_up(self._leg)
        dispatcher = self._dispatcher
        if self._lost:
            dispatcher.lost_in_talk(self._seat)
        else:
            dispatcher.wrap_up(self._seat, self._call.id)
        dispatcher.journal.write(
            LegEnded(
                call_id=self._call.id,
                arrived_at=self._call.arrived_at,
                at=self._leg.ended_at or dispatcher.clock.now(),
                leg_id=self._leg.id,
                hangup_cause=self._leg.cause,
            )
        )
