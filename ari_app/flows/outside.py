"""A caller connected to a number outside: music while it rings, then a talk until one leaves.

Saved before each step: a process that starts in the middle goes on with the talk, or takes a number
that was ringing for not reached. It is never dialled a second time.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from enum import StrEnum
from typing import Any
from uuid import UUID

from ari_app import breakpoints
from ari_app.domain.attempt import AttemptOutcome, Purpose
from ari_app.domain.errors import CallerHungUp, NotReached
from ari_app.domain.facts import EndReason, EventType, Outcome, PlaceKind
from ari_app.flows.active import ActiveCall
from ari_app.flows.outside_line import Outside, OutsideWish


class OutsideEnd(StrEnum):
    """A caller who hangs up ends the whole flow instead."""

    TALKED = "talked"
    BUSY = "busy"
    NOT_REACHED = "not_reached"  # for whatever other reason


async def connect_outside(
    call: ActiveCall, number: str, purpose: Purpose, shown: str = "", **state: Any
) -> OutsideEnd:
    """The caller hears music until the other side answers. What it is worth when nobody does is up
    to whoever calls this: the caller waits in silence then.

    Args:
        state: kept with the saved step, for `resume_outside`'s caller.
    """
    call.placed(PlaceKind.OUTSIDE, **state)
    wish = OutsideWish(number, purpose, shown or call.facts.dialled)
    bridge = f"{call.facts.id}-outside"
    async with AsyncExitStack() as after:
        after.push_async_callback(call.room.close_bridge, bridge, call.leg)
        await call.leg.start_music()
        try:
            dialled = call.outside.dialled(call.facts, call.leg, call.room, wish)
            outside = await after.enter_async_context(dialled)
        except NotReached as error:
            told = {"outcome": error.outcome.value, "reason": error.reason or None}
            call.happened(EventType.TRANSFERRED, outside=purpose.value, **told)
            is_busy = error.outcome is AttemptOutcome.BUSY
            return OutsideEnd.BUSY if is_busy else OutsideEnd.NOT_REACHED
        finally:
            await call.leg.stop_music()
        here = {"leg": outside.leg.id, "bridge": bridge, "attempt": str(outside.attempt_id)}
        call.placed(PlaceKind.OUTSIDE, **state, **here)
        breakpoints.at("outside.placed")
        await call.journal.committed()  # whoever starts after a crash must not part them
        told = {"outcome": AttemptOutcome.ANSWERED.value}
        call.happened(EventType.TRANSFERRED, outside=purpose.value, **told)
        return await _talk(call, outside, bridge)


async def resume_outside(call: ActiveCall, state: Mapping[str, Any]) -> OutsideEnd:
    """After a restart, from the saved step of kind OUTSIDE."""
    if "leg" not in state:  # it was ringing, and was hung up
        return OutsideEnd.NOT_REACHED
    leg, bridge = call.room.leg(state["leg"]), state["bridge"]
    await leg.look_again()
    outside = Outside(UUID(state["attempt"]), leg)
    async with AsyncExitStack() as after:
        after.push_async_callback(call.room.close_bridge, bridge, call.leg)
        await after.enter_async_context(call.outside.found(call.facts, outside))
        return await _talk(call, outside, bridge)


async def _talk(call: ActiveCall, outside: Outside, bridge: str) -> OutsideEnd:
    call.reached(Outcome.TRANSFERRED_OUT)
    try:
        mixed = call.has_reached(Outcome.TALKED)
        await call.room.join(bridge, (call.leg, outside.leg), mixed=mixed)
        await outside.leg.gone()
    except CallerHungUp:
        if call.leg.is_gone:
            raise
    if call.end_reason is EndReason.CALLER_HUNG_UP:
        call.end_reason = EndReason.FLOW_ENDED
    return OutsideEnd.TALKED
