"""A caller on the way from one agent to the next, as often as agents pass them on."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from ari_app.domain.attempt import Purpose
from ari_app.domain.errors import NotAnswered, NotFound, Unavailable
from ari_app.domain.facts import PlaceKind
from ari_app.domain.transfer import SentOut, Transfer
from ari_app.flows.active import ActiveCall
from ari_app.flows.outside import OutsideEnd, connect_outside, resume_outside
from ari_app.flows.talk import TalkEnd, TalkResult, found_each_other, go_on_talking, talk
from ari_app.flows.transfer import HandedOver, Passed
from ari_app.ports import Reached

INTERRUPTED = ("call-interrupted-requeue",)
NOT_REACHED = ("colleague-not-reached",)


async def put_through(call: ActiveCall, passed: Passed) -> bool:
    """Did the last of the agents talk to the end? Who was not reached, or lost, costs the caller
    another wait, and the caller has been told so."""
    while True:
        if isinstance(passed, Transfer):
            end = await _rung(call, passed)
        elif isinstance(passed, SentOut):
            return await _sent_out(call, passed)
        else:
            end = await _talk_on(call, passed)
        if isinstance(end, TalkEnd):
            return end is TalkEnd.AGENT_HUNG_UP
        passed = end


async def found_again(
    call: ActiveCall, kind: PlaceKind, state: Mapping[str, Any]
) -> Transfer | HandedOver | None:
    """After a restart: the talk, or the way to the next agent, of a saved step; None for any other
    step."""
    if kind is PlaceKind.TRANSFER:
        return Transfer(int(state["by"]), int(state["to"]), state["queue"])
    if kind is not PlaceKind.TALK:
        return None
    leg = call.room.leg(state["leg"])
    await leg.look_again()
    reached = Reached(int(state["agent"]), leg)
    return HandedOver(reached, state.get("bridge", ""), state.get("queue", ""))


async def sent_out_again(call: ActiveCall, state: Mapping[str, Any]) -> bool:
    """After a restart, from a saved step of kind OUTSIDE that an agent led to. As `put_through`."""
    return await _after_outside(call, await resume_outside(call, state))


async def _sent_out(call: ActiveCall, passed: SentOut) -> bool:
    """The number rings while the caller hears music."""
    state: dict[str, Any] = {"by": passed.by, "queue": passed.queue}
    end = await connect_outside(call, passed.number, Purpose.TRANSFER, **state)
    return await _after_outside(call, end)


async def _after_outside(call: ActiveCall, end: OutsideEnd) -> bool:
    if end is OutsideEnd.TALKED:
        return True
    await told(call, NOT_REACHED, TalkEnd.NEVER_JOINED)
    return False


async def _rung(call: ActiveCall, passed: Transfer) -> TalkResult:
    """The phone rings while the caller hears music."""
    try:
        way = call.line.direct(call.facts, call.leg, call.room, passed)
        async with AsyncExitStack() as after, way as place:
            await call.leg.start_music()
            try:
                reached = await place.agent()
            finally:
                await call.leg.stop_music()
            found_each_other(call, passed.queue, reached)
            end = await talk(call, reached, after, passed.queue)
            if end is TalkEnd.AGENT_LOST:
                place.agent_lost()
    except (NotAnswered, NotFound, Unavailable):
        return await told(call, NOT_REACHED, TalkEnd.NEVER_JOINED)
    return await told(call, INTERRUPTED, end)


async def _talk_on(call: ActiveCall, passed: HandedOver) -> TalkResult:
    reached = passed.reached
    talking = call.line.talking(call.facts, reached.agent_id, reached.leg)
    async with AsyncExitStack() as after, talking as place:
        end = await go_on_talking(call, reached, after, passed.queue, passed.bridge)
        if end in (TalkEnd.AGENT_LOST, TalkEnd.NEVER_JOINED):
            place.agent_lost()
    return await told(call, INTERRUPTED, end)


async def told(call: ActiveCall, prompts: tuple[str, ...], end: TalkResult) -> TalkResult:
    """What led nowhere is said. A process that dies now puts the caller into the line as well."""
    if isinstance(end, TalkEnd) and end is not TalkEnd.AGENT_HUNG_UP:
        call.placed(PlaceKind.FLOW)
        await call.say(prompts)
    return end
