"""Caller and agent in conversation, until one of them leaves."""

from ari_app.domain.facts import EndReason, EventType, Outcome, PlaceKind
from ari_app.domain.speech import agent_number
from ari_app.flows.active import ActiveCall
from ari_app.ports import Reached


async def talk(call: ActiveCall, reached: Reached) -> None:
    """Returns when the agent has hung up. A caller who hangs up ends the whole flow."""
    bridge = f"{call.facts.id}-talk"
    call.placed(PlaceKind.TALK, bridge=bridge, agent=reached.agent_id, leg=reached.leg.id)
    try:
        await call.room.join(bridge, (call.leg, reached.leg))
        call.reached(Outcome.TALKED)
        call.happened(EventType.JOINED, agent=reached.agent_id, bridge=bridge)
        words = agent_number(str(reached.agent_id), call.language)  # type: ignore[arg-type]
        await call.room.announce(bridge, words, call.language)
        await reached.leg.gone()
        call.end_reason = EndReason.AGENT_HUNG_UP
    finally:
        if not reached.leg.is_gone:
            await reached.leg.hang_up()
        await call.room.close_bridge(bridge)
