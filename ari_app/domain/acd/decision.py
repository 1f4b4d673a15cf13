"""One decision with its why: small enough to make in a microsecond and to store with the offer."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from ari_app.domain.acd.contact import WishKind

MOST_SHOWN = 3  # candidates and skipped ones listed per decision; the rest are only counted


class Cause(StrEnum):
    """What made a decision possible just then."""

    CONTACT_ARRIVED = "contact_arrived"
    CONTACT_CHANGED = "contact_changed"
    AGENT_FREED = "agent_freed"
    AGENT_CHANGED = "agent_changed"
    REQUIREMENTS_RELAXED = "requirements_relaxed"
    PATIENCE_ENDED = "patience_ended"  # of a contact that waited for one agent
    AGENT_LEFT = "agent_left"  # the one a contact waited for
    EXCLUSION_ENDED = "exclusion_ended"
    SLOT_FREED = "slot_freed"  # the queue was at its cap
    OFFER_UNDONE = "offer_undone"
    RULES_CHANGED = "rules_changed"


class Rule(StrEnum):
    """What the candidates were compared by."""

    LONGEST_IDLE = "longest_idle"
    LEAST_OVERQUALIFIED = "least_overqualified"
    FEWEST_CALLS = "fewest_calls"
    HIGHEST_SCORE = "highest_score"  # an agent was given, contacts were compared
    OWN_AGENT = "own_agent"  # the contact's wish, nothing was compared


class SkipReason(StrEnum):
    EXCLUDED = "excluded"  # this agent refused or missed this contact a moment ago
    CAP_REACHED = "cap_reached"  # the queue has as many busy agents as it may
    WISH_BUSY = "wish_busy"  # the wished agent is here but not free, patience is over
    WISH_AWAY = "wish_away"  # the wished agent is not here
    WISH_UNFIT = "wish_unfit"  # the wished agent may not serve this request


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """An agent or a contact at the head of its line.

    `value` is what the rule compares: idle seconds, unused levels, calls, or score.
    `seconds` is idle time or waiting time.
    """

    id: str
    value: float
    seconds: float


class Skip(msgspec.Struct, frozen=True, gc=False):
    """An agent, contact or queue that was passed over."""

    id: str
    reason: SkipReason


class Decision(msgspec.Struct, frozen=True, gc=False):
    """This contact to this agent: both are reserved from here on.

    `eligible` counts the ready agents (or waiting contacts) that could have been chosen, `heads`
    the lines they stood in. `considered` starts with the winner, then the next best.
    `held` counts contacts of this queue that waited for one agent only and so did not compete.
    All times are seconds; `at` is the caller's monotonic clock.
    """

    contact: str
    agent: str
    queue: str
    cause: Cause
    rule: Rule
    at: float
    waited: float
    idle: float
    score: float
    requires: Mapping[str, int]
    step: int
    preferred_met: int
    eligible: int
    heads: int
    considered: tuple[Candidate, ...]
    skipped: tuple[Skip, ...] = ()
    held: int = 0
    wish: WishKind | None = None
