"""A supervisor moves an agent: only as the table of moves allows, and never unseen."""

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import IllegalTransition
from ari_app.domain.unstick import Order, Ordered
from ari_app.workers import audited
from ari_app.workers.recording_index import Ask
from ari_app.workers.roster import Roster


class AgentOrders:
    def __init__(self, ask: Ask, roster: Roster) -> None:
        self._ask = ask
        self._roster = roster

    async def set_state(self, agent_id: int, state: AgentState, order: Order) -> Ordered:
        """Ready, paused or logged out; a call or an offer is not cut short for it.

        Raises:
            NotFound: no such agent.
            IllegalTransition: not from there, not to there, or not without a phone.
            Unavailable: PostgreSQL, so that it could not be written down.
        """
        seat = self._roster.seat(agent_id)
        if seat.member.phone is None and state is AgentState.READY:
            raise IllegalTransition(f"agent {agent_id}: there is no phone to ring")
        asked = {"before": seat.state.value, "state": state.value}
        await audited.note(self._ask, "set_agent_asked", f"agent {agent_id}", order, asked)
        before, did = seat.state, self._roster.order(seat, state)
        if did != "nothing" and state is AgentState.READY:
            seat.missed = 0
        done = Ordered(agent_id, before.value, seat.state.value, did)
        await self._roster.durable()  # who is told that it is done relies on it
        told = {"before": done.before, "after": done.after, "did": did}
        await audited.note(self._ask, "set_agent", f"agent {agent_id}", order, told)
        return done
