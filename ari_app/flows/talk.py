"""Caller and agent in conversation, until one of them leaves.

The bridge is taken down last: by then the agent is free, and the next caller's phone call on its
way. So whoever opens a place in line opens an `AsyncExitStack` around it, and hands it over.
"""

from contextlib import AsyncExitStack
from enum import StrEnum

from ari_app import breakpoints
from ari_app.domain.errors import CallerHungUp
from ari_app.domain.facts import EndReason, EventType, Outcome, PlaceKind
from ari_app.domain.speech import agent_number
from ari_app.flows.active import ActiveCall
from ari_app.ports import Leg, Reached

# Q.850: what ends a leg whose phone vanished - no audio any more, or no answer to SIP.
VANISHED = frozenset({18, 27, 38, 41, 44, 47, 102})


class TalkEnd(StrEnum):
    """A caller who hangs up ends the whole flow instead."""

    AGENT_HUNG_UP = "agent_hung_up"
    NEVER_JOINED = "never_joined"  # the agent was gone before the two were connected
    AGENT_LOST = "agent_lost"  # the phone vanished; the caller did nothing wrong


def found_each_other(call: ActiveCall, queue: str, reached: Reached) -> None:
    """Saves that they talk from now on, to be told with the answer of the agent: whoever starts
    after a crash finds both, or neither and offers the call again.

    Args:
        queue: where they found each other; who loses the agent waits there again.
    """
    bridge, leg = f"{call.facts.id}-talk", reached.leg.id
    call.placed(PlaceKind.TALK, bridge=bridge, agent=reached.agent_id, leg=leg, queue=queue)


async def talk(call: ActiveCall, reached: Reached, after: AsyncExitStack) -> TalkEnd:
    """Returns when the agent is gone. Hanging up the agent is up to the place in line.

    Args: after: takes the bridge down.
    """
    bridge = f"{call.facts.id}-talk"
    breakpoints.at("talk.placed")
    after.push_async_callback(call.room.close_bridge, bridge, call.leg)
    await call.journal.durable()  # whoever starts after a crash must not part them
    if not await _joined(call, bridge, reached.leg):
        return TalkEnd.NEVER_JOINED
    breakpoints.at("talk.joined")
    call.happened(EventType.JOINED, agent=reached.agent_id, bridge=bridge)
    words = agent_number(str(reached.agent_id), call.language)  # type: ignore[arg-type]
    await call.room.announce(bridge, words, call.language)
    return await _until_over(call, reached)


async def go_on_talking(call: ActiveCall, reached: Reached, after: AsyncExitStack) -> TalkEnd:
    """A conversation found again after a restart: joined already, or joined now."""
    bridge = f"{call.facts.id}-talk"
    after.push_async_callback(call.room.close_bridge, bridge, call.leg)
    if not await _joined(call, bridge, reached.leg):
        return TalkEnd.NEVER_JOINED
    return await _until_over(call, reached)


async def _until_over(call: ActiveCall, reached: Reached) -> TalkEnd:
    call.reached(Outcome.TALKED)
    if await reached.leg.why_gone() in VANISHED:
        return TalkEnd.AGENT_LOST
    if call.end_reason is EndReason.CALLER_HUNG_UP:  # nothing greater ended both
        call.end_reason = EndReason.AGENT_HUNG_UP
    return TalkEnd.AGENT_HUNG_UP


async def _joined(call: ActiveCall, bridge: str, agent: Leg) -> bool:
    try:
        await call.room.join(bridge, (call.leg, agent), mixed=call.has_reached(Outcome.TALKED))
    except CallerHungUp:
        if call.leg.is_gone:
            raise
        return False
    return True
