"""Where a dialled number leads, and what is known of who calls."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

TIERS = ("normal", "silver", "gold", "vip")


@dataclass(frozen=True, slots=True)
class Route:
    """How a call is to be treated before its flow starts."""

    flow: str
    language: str  # zh or en
    priority: int  # 0 (ordinary) to 9
    tier: str  # normal, silver, gold or vip
    customer_id: UUID | None


DEFAULT_ROUTE = Route("hotline", "zh", 0, "normal", None)
"""Who calls while nobody can say where the number leads."""


@dataclass(frozen=True, slots=True)
class NumberRoute:
    """A row of the table `route`: in `pattern` _ is any one character and a last % any rest."""

    pattern: str
    flow: str
    language: str
    priority: int


@dataclass(frozen=True, slots=True)
class Customer:
    """Who a number belongs to; `language` is None when nobody has said, `preferred_agent` for who
    has no agent of their own."""

    id: UUID
    tier: str
    language: str | None
    preferred_agent: int | None = None


class RouteTable:
    """All routes in memory: the pattern with most fixed characters wins, then the longest.

    A whole number is found without a search, however many there are; only patterns are tried.
    """

    def __init__(self, routes: Iterable[NumberRoute] = ()) -> None:
        ranked = sorted(routes, key=_rank, reverse=True)
        self._numbers = {route.pattern: route for route in ranked if not _is_open(route)}
        self._patterns = [(_as_regex(route.pattern), route) for route in ranked if _is_open(route)]

    def find(self, dialled: str) -> Route:
        """For a caller nobody knows; the default route when no pattern fits."""
        number = self._numbers.get(dialled)
        pattern = next((one for regex, one in self._patterns if regex.fullmatch(dialled)), None)
        found = max(number, pattern, key=_rank) if number and pattern else number or pattern
        if found is None:
            return DEFAULT_ROUTE
        return Route(found.flow, found.language, found.priority, DEFAULT_ROUTE.tier, None)


def _is_open(route: NumberRoute) -> bool:
    return any(sign in route.pattern for sign in "_%")


def _rank(route: NumberRoute) -> tuple[int, int]:
    fixed = sum(character not in "_%" for character in route.pattern)
    return fixed, len(route.pattern)


def _as_regex(pattern: str) -> re.Pattern[str]:
    signs = {"_": ".", "%": ".*"}
    return re.compile("".join(signs.get(one) or re.escape(one) for one in pattern), re.DOTALL)
