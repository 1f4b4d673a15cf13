"""What waits in a queue: a contact, its customer's tier and the agent it would rather have."""

from enum import StrEnum

import msgspec

from ari_app.domain.skill import RequestType

NO_EXTRA_NEEDS = RequestType.of()


class Tier(StrEnum):
    """The customer's level."""

    NORMAL = "normal"
    SILVER = "silver"
    GOLD = "gold"
    VIP = "vip"


class WishKind(StrEnum):
    """Why one agent rather than any other."""

    PREFERRED = "preferred"  # the customer's own agent
    LAST = "last"  # whoever spoke with the customer last
    NAMED = "named"  # the caller keyed the agent's number
    CUT_OFF = "cut_off"  # whose talk with the caller was cut off a moment ago


class Wish(msgspec.Struct, frozen=True, gc=False):
    """Wait for this agent alone for `patience` seconds (math.inf: as long as the agent is here).
    Without patience it never waits: this agent rather than any other who is free as well."""

    agent: str
    patience: float
    kind: WishKind = WishKind.PREFERRED


class Contact(msgspec.Struct, frozen=True, gc=False):
    """One call in one queue.

    `entered` is the time that decides its place, in seconds: earlier than now for a caller who
    keeps a place from before. `needs` comes on top of what the queue requires, for example a
    language, and is never relaxed. `excluded` names agents who just refused or missed this caller.
    """

    id: str
    queue: str
    entered: float
    priority: int = 0
    tier: Tier = Tier.NORMAL
    needs: RequestType = NO_EXTRA_NEEDS
    wish: Wish | None = None
    excluded: frozenset[str] = frozenset()
