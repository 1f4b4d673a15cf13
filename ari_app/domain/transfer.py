"""Passing a caller on, to a colleague or to a number outside: what a phone may ask for, and what
is made of it."""

import re
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from ari_app.domain.agent import AgentState

OUTSIDE = re.compile(r"\+?[0-9]{7,20}")
EXTENSION = re.compile(r"[0-9]{3,6}")  # an agent's number, as [from-agents] lets phones dial it


class How(StrEnum):
    """How an agent came to a caller without a queue's decision; the value is written with it."""

    BLIND = "blind"  # the first agent let go at once
    ATTENDED = "attended"  # the first agent asked the second before
    CONSULT = "consult"  # asked, not (yet) given the caller
    NAMED = "named"  # the flow asked for this agent by number


class Refusal(StrEnum):
    """Why nobody can be passed on to."""

    UNKNOWN = "unknown"  # no agent has this number
    SELF = "self"
    NOT_AT_WORK = "not_at_work"
    BUSY = "busy"
    PHONE_LOST = "phone_lost"
    NO_CONSULT = "no_consult"  # the other call of the phone is none with a colleague
    NOT_ALLOWED = "not_allowed"  # a number outside that may not be dialled now


@dataclass(frozen=True, slots=True)
class Wish:
    """What a REFER (RFC 3515) asks for: a number that was dialled, or the other call of the phone
    (Replaces, RFC 3891) by its channel, empty for one that Asterisk does not know."""

    to: str
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """A caller on the way to an agent, from another one or, without `by`, from a flow; back to the
    line of `queue` if there is one and need be."""

    by: int | None
    to: int
    queue: str


@dataclass(frozen=True, slots=True)
class SentOut:
    """A caller on the way from an agent to a number outside; back to the line of `queue` if need
    be."""

    by: int
    number: str
    queue: str


class DirectWhy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Stored with an offer that no queue decided, in place of a Decision. `by`: which agent did."""

    how: How
    by: int | None = None


def outside_number(dialled: str) -> str | None:
    """As a phone dials it; None when it is too short for one, or no number at all."""
    return dialled if OUTSIDE.fullmatch(dialled) else None


def agent_number(dialled: str) -> int | None:
    """None when it is no number of an agent."""
    return int(dialled) if EXTENSION.fullmatch(dialled) else None


def refusal(state: AgentState) -> Refusal | None:
    """Why an agent in this state gets no caller from a colleague; None: may be rung."""
    match state:
        case AgentState.READY:
            return None
        case AgentState.LOGGED_OUT | AgentState.PAUSED:
            return Refusal.NOT_AT_WORK
        case AgentState.PHONE_LOST:
            return Refusal.PHONE_LOST
        case _:
            return Refusal.BUSY
