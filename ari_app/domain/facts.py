"""Facts: what the engine writes down as it happens, each with ids its writer chose.

Delivering a fact again changes nothing, so a fact may be repeated after any doubt. Times are
aware and UTC. A call's key is (call_id, arrived_at). `node` is an Asterisk node; a step of a
flow is a `flow_node`.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from ari_app.domain.fact_shape import HappensAt, OfCall
from ari_app.domain.outbound_facts import AttemptEnded, AttemptMade, CallbackClosed, CallbackPutOff


class Outcome(StrEnum):
    """The furthest thing a call reached."""

    ABANDONED_IN_FLOW = "abandoned_in_flow"
    ABANDONED = "abandoned"
    TALKED = "talked"
    LEFT_MESSAGE = "left_message"
    CALLBACK_BOOKED = "callback_booked"
    SERVED_BY_FLOW = "served_by_flow"
    TRANSFERRED_OUT = "transferred_out"
    FALLBACK = "fallback"
    FAILED = "failed"
    NOT_REACHED = "not_reached"  # we called, and nobody answered


class EndReason(StrEnum):
    """Why a call ended."""

    CALLER_HUNG_UP = "caller_hung_up"
    AGENT_HUNG_UP = "agent_hung_up"
    FLOW_ENDED = "flow_ended"
    NO_AUDIO = "no_audio"
    TRUNK_LOST = "trunk_lost"
    PBX_RESTART = "pbx_restart"
    ENDED_WHILE_AWAY = "ended_while_away"
    REFUSED = "refused"
    FAULT = "fault"  # of ours


class ClosedBy(StrEnum):
    """Whose word the end of a call is. What the engine saw itself outdoes the rest."""

    ENGINE = "engine"
    CEL = "cel"


class EventType(StrEnum):
    """Entries of a call's timeline."""

    ARRIVED = "arrived"
    ANSWERED = "answered"
    ENTERED_NODE = "entered_node"
    LEFT_NODE = "left_node"
    KEY_PRESSED = "key_pressed"  # never the digits of secrets
    QUEUED = "queued"
    ANNOUNCED = "announced"
    OFFERED = "offered"
    OFFER_REFUSED = "offer_refused"
    OFFER_TIMED_OUT = "offer_timed_out"
    JOINED = "joined"
    HELD = "held"
    RESUMED = "resumed"
    MUTED_RECORDING = "muted_recording"
    UNMUTED_RECORDING = "unmuted_recording"
    TRANSFERRED = "transferred"
    LEFT_QUEUE = "left_queue"
    LEFT_MESSAGE = "left_message"
    SURVEYED = "surveyed"
    ENDED = "ended"


class PlaceKind(StrEnum):
    """What a call is doing, which decides how it is resumed."""

    FLOW = "flow"
    QUEUE = "queue"
    TALK = "talk"
    TRANSFER = "transfer"
    MAILBOX = "mailbox"
    SURVEY = "survey"
    OUTSIDE = "outside"  # a number outside rings for the caller, or talks with the caller


class LegRole(StrEnum):
    CALLER = "caller"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    OUTSIDE = "outside"


class VisitResult(StrEnum):
    """How a stay in a queue ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    FLOWED_OUT = "flowed_out"


class OfferResult(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    RESCINDED = "rescinded"
    FAILED = "failed"


class CallArrived(OfCall, frozen=True, kw_only=True):
    """`at` is when the engine met the call; `language` what its route says. Calls back that were
    owed to this number, for a call we lost, are needless from now on. `callback_id`: we call, and
    `caller` is whom."""

    node: str
    caller: str
    dialled: str
    flow: str
    language: str
    priority: int = 0
    tier: str = "normal"
    trunk: str | None = None
    timeslot: int | None = None
    customer_id: UUID | None = None
    callback_id: UUID | None = None


class CallAnswered(OfCall, frozen=True, kw_only=True):
    pass


class LanguageChosen(OfCall, frozen=True, kw_only=True):
    language: str


class CustomerIdentified(OfCall, frozen=True, kw_only=True):
    """The caller said who it is, after the number had said something else, or nothing."""

    customer_id: UUID
    tier: str


class CallPlaced(OfCall, frozen=True, kw_only=True):
    """The saved step. The one with the highest `step` counts; CallEnded removes it."""

    step: int
    node: str
    kind: PlaceKind
    flow: str
    flow_version: str
    flow_node: str
    state: dict[str, Any] = msgspec.field(default_factory=dict)


class CallEnded(OfCall, frozen=True, kw_only=True):
    """`hangup_cause` is Q.850's number, None when nobody told."""

    outcome: Outcome
    end_reason: EndReason
    hangup_cause: int | None = None
    closed_by: ClosedBy = ClosedBy.ENGINE


class LegStarted(OfCall, frozen=True, kw_only=True):
    """`leg_id` is Asterisk's channel id."""

    leg_id: str
    node: str
    role: LegRole
    endpoint: str | None = None
    agent_id: int | None = None
    trunk: str | None = None
    timeslot: int | None = None


class LegAnswered(OfCall, frozen=True, kw_only=True):
    leg_id: str


class LegEnded(OfCall, frozen=True, kw_only=True):
    leg_id: str
    hangup_cause: int | None = None


class Happened(OfCall, frozen=True, kw_only=True):
    """One entry of the timeline; `detail` is plain JSON without personal data."""

    event_id: UUID
    type: EventType
    detail: dict[str, Any] = msgspec.field(default_factory=dict)


class QueueEntered(OfCall, frozen=True, kw_only=True):
    """`place_since` orders the line: earlier than `at` for a caller put back at the head.

    `needs` are the required skills with their least levels, `kept_by` why the place is of an
    earlier call (domain.acd.past.KeptBy). Calls back that were booked for this queue and the
    caller's number are needless from now on.
    """

    visit_id: UUID
    queue_id: UUID
    place_since: datetime
    priority: int = 0
    needs: dict[str, int] = msgspec.field(default_factory=dict)
    kept_by: str | None = None


class QueueLeft(OfCall, frozen=True, kw_only=True):
    """`how` tells more: hung_up, callback, overflow, closing_time, mailbox, other_queue..."""

    visit_id: UUID
    queue_id: UUID
    result: VisitResult
    how: str | None = None
    agent_id: int | None = None


class WaitEstimated(OfCall, frozen=True, kw_only=True):
    """What was expected of a wait when it began: the fields of domain.acd.estimate.Estimate."""

    visit_id: UUID
    queue_id: UUID
    estimate: dict[str, Any]


class WaitPromised(OfCall, frozen=True, kw_only=True):
    """The caller was told to wait so many seconds from now at most; the first word counts."""

    visit_id: UUID
    queue_id: UUID
    seconds: float


class OfferMade(OfCall, frozen=True, kw_only=True):
    """Refused (Conflict) while the agent or the call has another live offer. No visit and no queue:
    a colleague passed the caller on. A queue and no visit: a callback."""

    offer_id: UUID
    agent_id: int
    leg_id: str
    deadline: datetime
    visit_id: UUID | None = None
    queue_id: UUID | None = None
    why: dict[str, Any] = msgspec.field(default_factory=dict)


class OfferEnded(OfCall, frozen=True, kw_only=True):
    """The first result counts."""

    offer_id: UUID
    agent_id: int
    result: OfferResult


class AgentMoved(HappensAt, frozen=True, kw_only=True):
    """The highest `version` is the present; it rises by one with each move of an agent.

    `state` is a value of AgentState, `until` the deadline of reserved and wrap_up, the limit of
    a pause, the end of the back-off of ready.
    """

    agent_id: int
    version: int
    state: str
    reason: str
    until: datetime | None = None
    call_id: UUID | None = None


class AgentWished(HappensAt, frozen=True, kw_only=True):
    """What a busy agent wants to be afterwards; counts until the move after `version`, and only the
    latest. `state` None takes it back."""

    agent_id: int
    version: int
    state: str | None
    reason: str | None


class MessageLeft(OfCall, frozen=True, kw_only=True):
    """`name` is the live recording's, without suffix. A part of a spoken `record` names both."""

    message_id: UUID
    mailbox: str
    name: str
    seconds: float
    caller: str
    language: str
    record_id: UUID | None = None
    record: str | None = None
    part: str | None = None


class SurveyAnswered(OfCall, frozen=True, kw_only=True):
    """`score` is the key where that is a figure. The first answer to a dimension counts."""

    answer_id: UUID
    survey: str
    dimension: str
    key: str
    score: int | None = None


class RecordingMuted(OfCall, frozen=True, kw_only=True):
    gap_id: UUID
    reason: str


class RecordingUnmuted(OfCall, frozen=True, kw_only=True):
    gap_id: UUID


class CallbackBooked(OfCall, frozen=True, kw_only=True):
    """Due from `due_at` on, until `due_until` where the caller wants that. `place_since` is the
    place in line of `queue_id` that the caller keeps. A number has one open callback per queue:
    the first."""

    callback_id: UUID
    number: str
    due_at: datetime
    queue_id: UUID | None = None
    customer_id: UUID | None = None
    place_since: datetime | None = None
    language: str | None = None
    due_until: datetime | None = None


Fact = (
    CallArrived
    | CallAnswered
    | LanguageChosen
    | CustomerIdentified
    | CallPlaced
    | CallEnded
    | LegStarted
    | LegAnswered
    | LegEnded
    | Happened
    | QueueEntered
    | QueueLeft
    | WaitEstimated
    | WaitPromised
    | OfferMade
    | OfferEnded
    | AgentMoved
    | AgentWished
    | MessageLeft
    | RecordingMuted
    | RecordingUnmuted
    | CallbackBooked
    | CallbackPutOff
    | CallbackClosed
    | AttemptMade
    | AttemptEnded
    | SurveyAnswered
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Fact] = msgspec.json.Decoder(Fact)


def encode(fact: Fact) -> bytes:
    """One line of JSON. Text that is not Unicode is kept as escapes, which `decode` refuses."""
    try:
        return _encoder.encode(fact)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(fact)).encode()


def decode(line: bytes) -> Fact:
    """Raises msgspec.DecodeError or msgspec.ValidationError for anything but a fact."""
    return _decoder.decode(line)
