"""Closes the record of a call that ended while nobody of ours was looking, from CEL.

    the caller's channel has its end in CEL        ended then, with Asterisk's cause
    Asterisk started after the call came           it took the call with it: pbx_restart
    the channel is known to be gone, CEL is mute   ended when it was first missed
    none of these                                  not decided: the call may be alive

Rows in any order, and rows twice, close it the same way; so do facts written twice.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from ari_app.domain.cel import CelRow
from ari_app.domain.facts import (
    CallbackBooked,
    CallEnded,
    ClosedBy,
    EndReason,
    EventType,
    Fact,
    Happened,
    LegEnded,
    LegRole,
    OfferEnded,
    OfferResult,
    Outcome,
    QueueLeft,
    VisitResult,
)
from ari_app.domain.witness import CallKey, Ended, Witness, hear, is_arrival, key_of, made_up_key

# Later is further.
REACHED = (
    Outcome.NOT_REACHED,
    Outcome.ABANDONED_IN_FLOW,
    Outcome.SERVED_BY_FLOW,
    Outcome.FAILED,
    Outcome.ABANDONED,
    Outcome.FALLBACK,
    Outcome.LEFT_MESSAGE,
    Outcome.CALLBACK_BOOKED,
    Outcome.TALKED,
    Outcome.TRANSFERRED_OUT,
)


_TRUNK = re.compile(r"PJSIP/([A-Za-z0-9_.-]{1,40})-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class OpenLeg:
    leg_id: str
    role: LegRole | None
    was_answered: bool


@dataclass(frozen=True, slots=True)
class OpenVisit:
    visit_id: UUID
    queue_id: UUID


@dataclass(frozen=True, slots=True)
class OpenOffer:
    offer_id: UUID
    agent_id: int


@dataclass(frozen=True, slots=True)
class BusyAgent:
    """Reserved for the call or talking in it; `version` is that move's."""

    agent_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRecord:
    """What PostgreSQL knows of a call that is not finished with.

    `ended` is what the dialplan wrote of its end. `reached` is what the tables tell: the saved
    step, who answered, messages, the dialplan's outcome. `legs`, `visits` and `offers` are the
    open ones. `is_told`: its timeline says already that it ended.
    """

    call_id: UUID
    arrived_at: datetime
    caller_channel: str | None
    caller: str = ""
    customer_id: UUID | None = None
    answered_at: datetime | None = None
    ended: Ended | None
    is_told: bool = False
    reached: frozenset[Outcome]
    legs: tuple[OpenLeg, ...] = ()
    visits: tuple[OpenVisit, ...] = ()
    offers: tuple[OpenOffer, ...] = ()
    agents: tuple[BusyAgent, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """What is known beside CEL: when the channel was first missed, and the last moment at which
    the Asterisk that had it is known to have run."""

    missed_at: datetime | None = None
    last_sign: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """What to write, and whom to let go."""

    ended_at: datetime
    cause: int | None
    end_reason: EndReason
    outcome: Outcome
    facts: tuple[Fact, ...]
    agents: tuple[BusyAgent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedCall:
    """A call that nobody but Asterisk saw. Texts are empty when it does not say."""

    key: CallKey
    channel: str
    end: Ended
    caller: str
    dialled: str
    trunk: str
    outcome: Outcome
    end_reason: EndReason


NOTHING_MORE = Absence()


def close_from_cel(
    call: OpenRecord,
    rows: Iterable[CelRow],
    asterisk_started_at: datetime,
    absence: Absence = NOTHING_MORE,
) -> Closing | None:
    """None while nothing says that the call is over. `rows` are those of this call."""
    witness = hear(rows)
    found = _end(call, witness, asterisk_started_at, absence)
    if found is None:
        return None
    end, reason = found
    outcome = _outcome(call, witness, reason)
    facts = (*_parts(call, witness, end, reason), *_whole(call, end, reason, outcome))
    return Closing(end.at, end.cause, reason, outcome, facts, call.agents)


def record_from_cel(
    rows: Collection[CelRow], asterisk_started_at: datetime, last_sign: datetime | None = None
) -> WitnessedCall | None:
    """The whole record of a call that left nothing but its rows; None while it may be alive."""
    arrival = next((row for row in rows if is_arrival(row)), None)
    if arrival is None:
        return None
    key = next(filter(None, map(key_of, rows)), None) or made_up_key(arrival)
    call = OpenRecord(
        call_id=key.call_id,
        arrived_at=key.arrived_at,
        caller_channel=arrival.unique_id,
        ended=None,
        reached=frozenset(),
    )
    closing = close_from_cel(call, rows, asterisk_started_at, Absence(last_sign=last_sign))
    if closing is None:
        return None
    trunk = _TRUNK.fullmatch(arrival.channel)
    return WitnessedCall(
        key=key,
        channel=arrival.unique_id,
        end=Ended(max(closing.ended_at, key.arrived_at), closing.cause),
        caller=_digits(arrival.caller),
        dialled=_digits(arrival.exten),
        trunk=trunk[1] if trunk else "",
        outcome=closing.outcome,
        end_reason=closing.end_reason,
    )


def owed(
    key: CallKey, number: str, ended_at: datetime, customer_id: UUID | None = None
) -> CallbackBooked:
    """Asterisk took this call with it: the caller is called back, once."""
    return CallbackBooked(
        call_id=key.call_id,
        arrived_at=key.arrived_at,
        at=ended_at,
        callback_id=uuid5(key.call_id, EndReason.PBX_RESTART.value),
        number=number,
        due_at=ended_at,
        customer_id=customer_id,
    )


def legs_over(call: OpenRecord, rows: Iterable[CelRow]) -> tuple[Fact, ...]:
    """The ends of legs that are open in the record and gone in CEL, of a live call too."""
    ends = hear(rows).ends
    return tuple(_leg_ended(call, leg, ends[leg.leg_id]) for leg in call.legs if leg.leg_id in ends)


def _end(
    call: OpenRecord, witness: Witness, started_at: datetime, absence: Absence
) -> tuple[Ended, EndReason] | None:
    channel = call.caller_channel or witness.caller_channel
    if channel is not None and channel in witness.ends:
        return witness.ends[channel], EndReason.ENDED_WHILE_AWAY
    if call.ended is not None:
        return call.ended, EndReason.ENDED_WHILE_AWAY
    if started_at > call.arrived_at:
        return Ended(_last_life(call, witness, started_at, absence), None), EndReason.PBX_RESTART
    if absence.missed_at is not None:
        last = max(call.arrived_at, absence.missed_at)
        return Ended(last, None), EndReason.ENDED_WHILE_AWAY
    return None


def _last_life(
    call: OpenRecord, witness: Witness, started_at: datetime, absence: Absence
) -> datetime:
    """Nobody saw the end: the call lived at least as long as the Asterisk that had it."""
    signs = (call.arrived_at, witness.last_seen, absence.last_sign)
    return max(sign for sign in signs if sign is not None and sign <= started_at)


def _outcome(call: OpenRecord, witness: Witness, reason: EndReason) -> Outcome:
    if Outcome.NOT_REACHED in call.reached:  # whatever its saved step says was still to come
        return Outcome.NOT_REACHED
    reached = {Outcome.ABANDONED_IN_FLOW, *call.reached}
    if witness.talked:
        reached.add(Outcome.TALKED)
    if witness.left_message:
        reached.add(Outcome.LEFT_MESSAGE)
    if witness.fell_back:
        reached.add(Outcome.FALLBACK)
    furthest = max(reached, key=REACHED.index)
    is_served = REACHED.index(furthest) > REACHED.index(Outcome.FALLBACK)
    return furthest if is_served or reason is not EndReason.PBX_RESTART else Outcome.FAILED


def _parts(call: OpenRecord, witness: Witness, end: Ended, reason: EndReason) -> Iterable[Fact]:
    """Legs, offers and stays in queues. A leg that CEL knows nothing of may live on."""
    key = _key(call, end.at)
    lost = reason is EndReason.PBX_RESTART
    for leg in call.legs:
        is_callers = leg.role is LegRole.CALLER or leg.leg_id == call.caller_channel
        if leg.leg_id in witness.ends:
            yield _leg_ended(call, leg, witness.ends[leg.leg_id])
        elif lost or is_callers:
            yield _leg_ended(call, leg, end)
    for offer in call.offers:
        yield OfferEnded(
            **key,
            offer_id=offer.offer_id,
            agent_id=offer.agent_id,
            result=OfferResult.FAILED if lost else OfferResult.RESCINDED,
        )
    for visit in call.visits:
        yield QueueLeft(
            **key,
            visit_id=visit.visit_id,
            queue_id=visit.queue_id,
            result=VisitResult.FLOWED_OUT if lost else VisitResult.ABANDONED,
            how=reason.value if lost else "hung_up",
        )


def _whole(call: OpenRecord, end: Ended, reason: EndReason, outcome: Outcome) -> Iterable[Fact]:
    key = _key(call, end.at)
    is_owed = call.caller and outcome is not Outcome.NOT_REACHED  # else it still is, as before
    if reason is EndReason.PBX_RESTART and is_owed:
        yield owed(CallKey(call.call_id, call.arrived_at), call.caller, end.at, call.customer_id)
    if not call.is_told:
        yield Happened(
            **key,
            event_id=uuid5(call.call_id, "ended, says CEL"),
            type=EventType.ENDED,
            detail={"reason": reason.value, "outcome": outcome.value},
        )
    yield CallEnded(
        **key,
        outcome=outcome,
        end_reason=reason,
        hangup_cause=end.cause,
        closed_by=ClosedBy.CEL,
    )


def _leg_ended(call: OpenRecord, leg: OpenLeg, end: Ended) -> LegEnded:
    return LegEnded(**_key(call, end.at), leg_id=leg.leg_id, hangup_cause=end.cause)


def _key(call: OpenRecord, at: datetime) -> dict[str, Any]:
    return {"call_id": call.call_id, "arrived_at": call.arrived_at, "at": at}


def _digits(text: str) -> str:
    """As the dialplan cleans numbers, see [from-trunk]."""
    return re.sub("[^0-9]", "", text[:64])[:20]
