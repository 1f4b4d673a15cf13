"""What is known of a call from the start, as the dialplan hands it over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from ari_app.domain.acd.contact import Tier
from ari_app.domain.flow import LANGUAGES
from ari_app.domain.route import DEFAULT_ROUTE

NUMBER = re.compile(r"[0-9+*#]{0,24}")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# The arguments of Stasis() in dialplan/inbound.conf, in this order.
HANDED_OVER = (
    "call", "arrived", "caller", "dialled", "trunk", "timeslot",
    "flow", "language", "priority", "tier", "customer",
)  # fmt: skip


@dataclass(slots=True)
class CallFacts:
    """Who calls whom, where it came in, how it is to be treated; `language` may change."""

    id: UUID
    arrived_at: datetime
    caller: str
    dialled: str
    language: str
    priority: int
    tier: str
    customer_id: UUID | None
    trunk: str | None
    timeslot: int | None
    node: str
    agent_legs: int = 0  # how many phones were rung for it; each leg has its own number


def read_arrival(arguments: Sequence[str], *, node: str) -> tuple[CallFacts, str]:
    """The call and the name of its flow. What is missing or odd gets the default.

    Raises:
        ValueError: no call id or arrival time: such a channel did not come through [from-trunk].
    """
    given = dict(zip(HANDED_OVER, arguments, strict=False))
    call = CallFacts(
        id=UUID(given.get("call", "")),
        arrived_at=_time(given.get("arrived", "")),
        caller=_matching(NUMBER, given.get("caller", "")) or "",
        dialled=_matching(NUMBER, given.get("dialled", "")) or "",
        language=_one_of(LANGUAGES, given.get("language"), DEFAULT_ROUTE.language),
        priority=_digit(given.get("priority", "")),
        tier=_one_of(tuple(Tier), given.get("tier"), DEFAULT_ROUTE.tier),
        customer_id=_uuid(given.get("customer", "")),
        trunk=_matching(NAME, given.get("trunk", "")),
        timeslot=int(slot) if (slot := given.get("timeslot", "")).isdecimal() else None,
        node=node,
    )
    return call, _matching(NAME, given.get("flow", "")) or DEFAULT_ROUTE.flow


def _time(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"no time of this world: {text}") from error


def _matching(pattern: re.Pattern[str], text: str) -> str | None:
    return text if text and pattern.fullmatch(text) else None


def _one_of(allowed: Sequence[str], text: str | None, default: str) -> str:
    return text if text is not None and text in allowed else default


def _digit(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]", text) else 0


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
