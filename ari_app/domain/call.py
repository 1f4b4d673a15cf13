"""What is known of a call from the start, as the dialplan hands it over."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from ari_app.domain.acd.past import NO_PAST, Past
from ari_app.domain.route import DEFAULT_ROUTE, Customer, Route
from ari_app.domain.variables import OF_THE_CALL, Variables

LEGS_OF_A_STEP = 1000  # more phones than ring for one call before it moves on
NUMBER = re.compile(r"[0-9+*#]{0,24}")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# The arguments of Stasis() in dialplan/inbound.conf, in this order.
HANDED_OVER = ("call", "arrived", "caller", "dialled", "trunk", "timeslot")


@dataclass(frozen=True, slots=True)
class LeftPlace:
    """A place in line that was given up: `since` is the time that decided it."""

    since: datetime
    left_at: datetime


@dataclass(slots=True)
class CallFacts:
    """Who calls whom, where it came in, how it is to be treated, which routing says."""

    id: UUID
    arrived_at: datetime
    caller: str
    dialled: str
    trunk: str | None
    timeslot: int | None
    node: str
    language: str = DEFAULT_ROUTE.language
    priority: int = DEFAULT_ROUTE.priority
    tier: str = DEFAULT_ROUTE.tier
    customer_id: UUID | None = None
    agent_legs: int = 0  # how many phones were rung for it; each leg has its own number
    left: dict[str, LeftPlace] = field(default_factory=dict)  # by queue, while worth going back to
    promised_until: datetime | None = None  # the caller was told to be served by then
    past: Past = NO_PAST
    named_agent: int | None = None  # whom the caller asked for by number
    missed_by: dict[int, datetime] = field(default_factory=dict)  # who was rung in vain, and when
    variables: Variables = field(default_factory=Variables)

    def look(self, name: str) -> str:
        """A variable, or `call.` and a fact that flows may know; "" for what is not known."""
        if name not in OF_THE_CALL:
            return self.variables[name]
        known = {
            "caller": self.caller,
            "dialled": self.dialled,
            "language": self.language,
            "tier": self.tier,
            "customer": str(self.customer_id or ""),
            "trunk": self.trunk or "",
        }
        return known[name.removeprefix("call.")]

    def leave_place(self, queue: str, place: LeftPlace) -> None:
        self.left[queue] = place

    def place_in(self, queue: str, now: datetime, kept_seconds: float) -> datetime | None:
        """Since when the caller may say to have waited there; None for who was away too long."""
        place = self.left.get(queue)
        if place is None or (now - place.left_at).total_seconds() > kept_seconds:
            return None
        return place.since

    def follow(self, route: Route) -> None:
        """From now on it is treated like this."""
        self.language, self.priority = route.language, route.priority
        self.tier, self.customer_id = route.tier, route.customer_id

    def remembered(self) -> Mapping[str, Any]:
        """What a restarted process could not know again: for the saved step."""
        return {
            "language": self.language,
            "priority": self.priority,
            "tier": self.tier,
            "customer": str(self.customer_id) if self.customer_id else None,
            "left": {
                queue: [place.since.isoformat(), place.left_at.isoformat()]
                for queue, place in self.left.items()
            },
            "agent_legs": self.agent_legs,
            "promised_until": self.promised_until.isoformat() if self.promised_until else None,
            **self._own_story(),
            "variables": self.variables.saved(),
        }

    def _own_story(self) -> Mapping[str, Any]:
        """Most callers have none."""
        story: dict[str, Any] = {
            "past": msgspec.to_builtins(self.past, str_keys=True),
            "named_agent": self.named_agent,
            "missed_by": {str(agent): at.isoformat() for agent, at in self.missed_by.items()},
        }
        return {name: value for name, value in story.items() if value}

    def remember(self, state: Mapping[str, Any]) -> None:
        """From a saved step, also one of an earlier version."""
        self.language = state.get("language", self.language)
        self.priority = state.get("priority", self.priority)
        self.tier = state.get("tier", self.tier)
        if customer := state.get("customer"):
            self.customer_id = UUID(customer)
        for queue, times in state.get("left", {}).items():
            self.left[queue] = LeftPlace(*map(datetime.fromisoformat, times))
        # Phones rung since that step was saved have numbers that nobody may use again.
        self.agent_legs = state.get("agent_legs", 0) + LEGS_OF_A_STEP
        if until := state.get("promised_until"):
            self.promised_until = datetime.fromisoformat(until)
        self.past = msgspec.convert(state.get("past", {}), Past)
        self.named_agent = state.get("named_agent")
        for agent, at in state.get("missed_by", {}).items():
            self.missed_by[int(agent)] = datetime.fromisoformat(at)
        self.variables.remember(state.get("variables", {}))

    def belong_to(self, customer: Customer) -> None:
        """Their own language comes before that of the number they dialled."""
        self.language = customer.language or self.language
        self.tier, self.customer_id = customer.tier, customer.id


def read_arrival(arguments: Sequence[str], *, node: str) -> CallFacts:
    """The call, not routed yet. What is missing or odd gets the default.

    Raises:
        ValueError: no call id or arrival time: such a channel did not come through [from-trunk].
    """
    given = dict(zip(HANDED_OVER, arguments, strict=False))
    return CallFacts(
        id=UUID(given.get("call", "")),
        arrived_at=_time(given.get("arrived", "")),
        caller=_matching(NUMBER, given.get("caller", "")) or "",
        dialled=_matching(NUMBER, given.get("dialled", "")) or "",
        trunk=_matching(NAME, given.get("trunk", "")),
        timeslot=int(slot) if (slot := given.get("timeslot", "")).isdecimal() else None,
        node=node,
    )


def _time(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"no time of this world: {text}") from error


def _matching(pattern: re.Pattern[str], text: str) -> str | None:
    return text if text and pattern.fullmatch(text) else None
