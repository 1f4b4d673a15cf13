"""A caller passed on by the agent who talks: at once (blind), or after asking (attended).

Asterisk hands REFER over and does nothing with it (PJSIP_TRANSFER_HANDLING), so all of it is here.
Each step is saved before it is done: a process that starts in the middle goes on from there.
"""

import contextlib
from dataclasses import dataclass

from ari_app import breakpoints
from ari_app.domain.errors import CallerHungUp
from ari_app.domain.facts import EventType, PlaceKind
from ari_app.domain.transfer import (
    How,
    Refusal,
    SentOut,
    Transfer,
    Wish,
    agent_number,
    outside_number,
)
from ari_app.flows.active import ActiveCall
from ari_app.ports import Leg, Reached


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A caller who is with the second agent already, in another bridge."""

    reached: Reached
    bridge: str
    queue: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the phone of the agent who talks wants, and `on` which of its channels. `queue`: where
    the caller came from."""

    wish: Wish
    on: Leg
    reached: Reached
    queue: str


Passed = Transfer | HandedOver | SentOut


async def pass_on(call: ActiveCall, asked: Asked) -> Passed | Refusal:
    """What was made of it. After a refusal the talk goes on as it was, and the phone knows."""
    is_blind = asked.wish.replaces is None
    done = await (_send(call, asked) if is_blind else _hand_over(call, asked))
    if isinstance(done, Refusal):
        call.happened(EventType.TRANSFERRED, by=asked.reached.agent_id, refused=done.value)
        await asked.on.answer_transfer(accepted=False)
    return done


async def _send(call: ActiveCall, asked: Asked) -> Transfer | SentOut | Refusal:
    """Blind: the first agent is free, whatever becomes of the second."""
    by, to = asked.reached.agent_id, agent_number(asked.wish.to)
    if to is None:
        return await _send_out(call, asked)
    transfer = Transfer(by, to, asked.queue)
    refusal = call.line.why_not(transfer)
    if refusal is not None:
        return refusal
    call.placed(PlaceKind.TRANSFER, by=by, to=to, queue=asked.queue)
    call.happened(EventType.TRANSFERRED, by=by, agent=to, how=How.BLIND.value)
    breakpoints.at("transfer.placed")
    await call.journal.committed()
    await asked.on.answer_transfer(accepted=True)
    return transfer


async def _send_out(call: ActiveCall, asked: Asked) -> SentOut | Refusal:
    """As to a colleague. What the number comes to is written by whoever dials it."""
    by, number = asked.reached.agent_id, outside_number(asked.wish.to)
    if number is None:
        return Refusal.UNKNOWN
    if call.outside.why_not(number):
        return Refusal.NOT_ALLOWED
    call.placed(PlaceKind.OUTSIDE, by=by, queue=asked.queue)
    call.happened(EventType.TRANSFERRED, by=by, how=How.BLIND.value)
    await call.journal.committed()
    await asked.on.answer_transfer(accepted=True)
    return SentOut(by, number, asked.queue)


async def _hand_over(call: ActiveCall, asked: Asked) -> HandedOver | Refusal:
    """Attended: the colleague who was asked takes the caller; who asked is let go."""
    consult = call.consult
    if consult is None or consult.own.id != asked.wish.replaces or consult.colleague.leg.is_gone:
        return Refusal.NO_CONSULT
    first, second = asked.reached.agent_id, consult.colleague
    state = {"agent": second.agent_id, "leg": second.leg.id, "queue": asked.queue}
    bridge = f"{second.leg.id}-talk"
    call.placed(PlaceKind.TALK, bridge=bridge, **state)
    call.happened(EventType.TRANSFERRED, by=first, agent=second.agent_id, how=How.ATTENDED.value)
    breakpoints.at("handover.placed")
    await call.journal.committed()
    consult.taken.set()  # from here on whoever is left without the other is told as after a talk
    with contextlib.suppress(CallerHungUp):
        await call.room.join(bridge, (call.leg, second.leg), mixed=True)
    breakpoints.at("handover.joined")
    await asked.on.answer_transfer(accepted=True)
    return HandedOver(second, bridge, asked.queue)
