"""Caller and agent in conversation, until one of them leaves, or the agent passes the caller on.

The bridge is taken down last: by then the agent is free, and the next caller's phone call on its
way. So whoever opens a place in line opens an `AsyncExitStack` around it, and hands it over.
"""

import asyncio
from contextlib import AsyncExitStack
from enum import StrEnum

from ari_app import breakpoints
from ari_app.domain.errors import CallerHungUp
from ari_app.domain.facts import EndReason, EventType, Outcome, PlaceKind
from ari_app.domain.speech import agent_number
from ari_app.domain.transfer import Refusal, Wish
from ari_app.flows.active import ActiveCall
from ari_app.flows.beside import beside
from ari_app.flows.transfer import Asked, Passed, pass_on
from ari_app.ports import Leg, Reached

# Q.850: what ends a leg whose phone vanished - no audio any more, or no answer to SIP.
VANISHED = frozenset({18, 27, 38, 41, 44, 47, 102})
# Many phones hang up when their REFER is taken (202), before they hear what became of it.
LETS_GO_WITHIN = 2.0


class TalkEnd(StrEnum):
    """A caller who hangs up ends the whole flow instead."""

    AGENT_HUNG_UP = "agent_hung_up"
    NEVER_JOINED = "never_joined"  # the agent was gone before the two were connected
    AGENT_LOST = "agent_lost"  # the phone vanished; the caller did nothing wrong
    LET_GO = "let_go"  # the agent meant to pass the caller on, and hung up before it was refused


TalkResult = TalkEnd | Passed


def found_each_other(call: ActiveCall, queue: str, reached: Reached) -> None:
    """Saves that they talk from now on, to be told with the answer of the agent: whoever starts
    after a crash finds both, or neither and offers the call again.

    Args:
        queue: where they found each other; who loses the agent waits there again. "": in none.
    """
    bridge, leg = f"{call.facts.id}-talk", reached.leg.id
    call.placed(PlaceKind.TALK, bridge=bridge, agent=reached.agent_id, leg=leg, queue=queue)


async def talk(
    call: ActiveCall, reached: Reached, after: AsyncExitStack, queue: str = ""
) -> TalkResult:
    """Returns when the agent is gone, or is to go. Hanging up the agent is up to the place in line.

    Args: after: takes the bridge down.
    """
    bridge = f"{call.facts.id}-talk"
    breakpoints.at("talk.placed")
    after.push_async_callback(call.room.close_bridge, bridge, call.leg)
    await call.journal.committed()  # whoever starts after a crash must not part them
    await _say_who(call, reached, queue)
    if not await _joined(call, bridge, reached.leg):
        return TalkEnd.NEVER_JOINED
    breakpoints.at("talk.joined")
    call.happened(EventType.JOINED, agent=reached.agent_id, bridge=bridge)
    return await _until_over(call, reached, queue)


async def _say_who(call: ActiveCall, reached: Reached, queue: str) -> None:
    """To both, each on their own leg: nothing may be played into a bridge of two
    (docs/decisions/0007). An agent who hangs up meanwhile is missed when the two are joined."""
    if not queue or not call.line.limits(queue).says_agent_number:
        return
    words = agent_number(str(reached.agent_id), call.language)  # type: ignore[arg-type]
    async with beside(reached.leg.play(words, call.language), f"number for {reached.leg.id}"):
        await call.say(words)


async def go_on_talking(
    call: ActiveCall, reached: Reached, after: AsyncExitStack, queue: str = "", bridge: str = ""
) -> TalkResult:
    """A conversation that is found: after a restart, or handed over. Joined already, or now."""
    bridge = bridge or f"{call.facts.id}-talk"
    after.push_async_callback(call.room.close_bridge, bridge, call.leg)
    if not await _joined(call, bridge, reached.leg):
        return TalkEnd.NEVER_JOINED
    await reached.leg.decline_what_nobody_heard()
    return await _until_over(call, reached, queue)


async def _until_over(call: ActiveCall, reached: Reached, queue: str) -> TalkResult:
    call.reached(Outcome.TALKED)
    refused_at = None
    while (asked := await _asked(call, reached, queue)) is not None:
        done = await pass_on(call, asked)
        if not isinstance(done, Refusal):
            return done
        refused_at = call.clock.monotonic()
    if await reached.leg.why_gone() in VANISHED:
        return TalkEnd.AGENT_LOST
    if refused_at is not None and call.clock.monotonic() - refused_at <= LETS_GO_WITHIN:
        return TalkEnd.LET_GO
    if call.end_reason is EndReason.CALLER_HUNG_UP:  # nothing greater ended both
        call.end_reason = EndReason.AGENT_HUNG_UP
    return TalkEnd.AGENT_HUNG_UP


async def _asked(call: ActiveCall, reached: Reached, queue: str) -> Asked | None:
    """What the agent's phone asks for next, on either of its channels; None when it is gone."""
    leg = reached.leg
    async with (
        beside(leg.transfer_asked(), f"transfer of {leg.id}") as asked,
        beside(call.hand_over.wait(), f"hand-over of {leg.id}") as other,
        beside(leg.gone(), f"end of {leg.id}") as gone,
    ):
        await asyncio.wait((asked, other, gone), return_when=asyncio.FIRST_COMPLETED)
    if asked.done() and not asked.cancelled():  # it may hang up in the same breath
        return Asked(asked.result(), leg, reached, queue)
    call.hand_over.clear()
    if not other.cancelled() and (consult := call.consult) is not None:
        return Asked(Wish("", consult.own.id), consult.own, reached, queue)
    return None


async def _joined(call: ActiveCall, bridge: str, agent: Leg) -> bool:
    try:
        await call.room.join(bridge, (call.leg, agent), mixed=call.has_reached(Outcome.TALKED))
    except CallerHungUp:
        if call.leg.is_gone:
            raise
        return False
    return True
