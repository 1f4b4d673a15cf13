"""Lets an agent go whose call is over, or who is said to be stuck."""

import logging

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.closing import BusyAgent
from ari_app.domain.errors import NotFound
from ari_app.workers.roster import Roster

log = logging.getLogger(__name__)


def let_go(roster: Roster, busy: BusyAgent) -> bool:
    """Out of an offer to ready, out of a talk to wrap-up; False when the agent has moved since."""
    try:
        seat = roster.seat(busy.agent_id)
    except NotFound:
        log.warning("an agent nobody knows is busy", extra={"agent": busy.agent_id})
        return False
    if seat.version != busy.version:
        return False
    if seat.state is AgentState.RESERVED:
        roster.free(seat, Reason.SYSTEM_RECOVERY)
    elif seat.state is AgentState.TALKING:
        seconds = seat.member.wrap_up_seconds
        roster.move(seat, AgentState.WRAP_UP, Reason.SYSTEM_RECOVERY, seconds=seconds)
    else:
        return False
    return True
