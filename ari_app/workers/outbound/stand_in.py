"""A callback's place in line: the customer is not there, an agent is reserved as for any caller.

It stands at the time at which the customer began to wait, with the customer's own priority, among
those who hold on: never before who has waited longer. No queue visit is written, for the customer's
ended when the callback was booked.
"""

from collections.abc import Callable
from datetime import datetime

from ari_app.domain.acd.decision import Decision
from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.call import CallFacts
from ari_app.domain.facts import VisitResult
from ari_app.ports import Room
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.place import QueuePlace
from ari_app.workers.roster import Seat


class NobodyYet:
    """In place of the caller's leg."""

    id = ""
    is_gone = False
    was_lost = False
    ended_at: datetime | None = None


class StandIn(QueuePlace):
    is_visit = False

    def __init__(
        self,
        dispatcher: Dispatcher,
        call: CallFacts,
        room: Room,
        queue: str,
        since: datetime,
        began: Callable[[], object],
    ) -> None:
        """Args: began: called before the first offer is written."""
        self._nobody = NobodyYet()
        saved = {"since": since.isoformat()}
        super().__init__(dispatcher, call, self._nobody, room, queue, saved)
        self._began: Callable[[], object] | None = began
        self.is_handed_over = False  # to the flow, which ends the agent's part
        self.was_in_vain = False  # nobody answered: the agent needs no time afterwards

    def enter(self) -> None:
        """Nothing is written: it may stand for hours, and over restarts."""

    def offer(self, decision: Decision, seat: Seat) -> None:
        if self._began is not None:
            self._began()
            self._began = None
        super().offer(decision, seat)

    def shown(self) -> str:
        return f'"Callback" <{super().shown()}>'

    async def leave(self) -> None:
        if self.is_handed_over:
            self._dispatcher.gave_up(self)
        else:
            await super().leave()

    def _end_talk(self, seat: Seat) -> None:
        if not self.was_in_vain:
            super()._end_talk(seat)
            return
        self._is_talk_over = True
        self._dispatcher.gave_up(self)
        if seat.state is AgentState.TALKING:
            roster, call = self._dispatcher.roster, self.call.id
            roster.move(seat, AgentState.WRAP_UP, Reason.CALL_ENDED, seconds=0, call_id=call)
            roster.free(seat, Reason.WRAP_UP_OVER)

    def _write_left(
        self, result: VisitResult, how: str | None = None, agent_id: int | None = None
    ) -> None:
        """There is no stay that could be left."""
