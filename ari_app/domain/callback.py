"""When a callback stands in line, and when it is given up. Where it stands is up to its place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ari_app.domain.hours import Standing
from ari_app.domain.outbound import OutboundRefusal

R = OutboundRefusal
# What the gate will say tomorrow, too.
FOR_GOOD = frozenset(
    {R.NO_NUMBER, R.NOT_ALLOWED, R.DENIED, R.PREMIUM, R.SATELLITE, R.INTERNATIONAL}
)
UNTIL_RESTART = frozenset({R.SWITCHED_OFF, R.NO_TRUNK})
LOOK_AGAIN = timedelta(seconds=60)  # after a cap: it falls as time passes


@dataclass(frozen=True, slots=True)
class Owed:
    """A callback that is due, in the line of `queue`. `dialled`, `flow`, `priority` and `tier` are
    those of the call in which it was booked."""

    id: UUID
    number: str
    queue: str
    place_since: datetime
    due_at: datetime
    due_until: datetime | None
    tries: int
    language: str
    customer_id: UUID | None
    dialled: str
    flow: str
    priority: int
    tier: str


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a callback is dialled, and how long after one try the next."""

    tries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """`look_at`: when time alone may change it; None for never. `gives_up`: why."""

    stands: bool = False
    look_at: datetime | None = None
    gives_up: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How it is now: the opening hours of its queue; why the outbound gate would refuse the number,
    "" when it would not; when the first of the two closes."""

    queue: Standing
    gate: str = ""
    closes_at: datetime | None = None


def plan(owed: Owed, now: datetime, retry: Retry, there: Conditions) -> Plan:
    queue, gate = there.queue, there.gate
    if why := _hopeless(owed, now, retry, gate):
        return Plan(gives_up=why)
    if now < owed.due_at:
        return Plan(look_at=owed.due_at)
    ends = owed.due_until
    if not queue.is_open:
        return Plan(look_at=_first(queue.opens_at, ends))
    if gate:
        return Plan(look_at=ends if gate in UNTIL_RESTART else _first(now + LOOK_AGAIN, ends))
    return Plan(stands=True, look_at=_first(there.closes_at, ends))


def _hopeless(owed: Owed, now: datetime, retry: Retry, gate: str) -> str:
    if owed.due_until is not None and now >= owed.due_until:
        return "window_over"
    if owed.tries >= retry.tries:
        return "tries_used_up"
    return gate if gate in FOR_GOOD else ""


def after_try(owed: Owed, now: datetime, retry: Retry) -> datetime | None:
    """When the next try is due after one that did not reach the customer; None: there is none."""
    due = now + timedelta(seconds=retry.seconds)
    is_last = owed.tries + 1 >= retry.tries
    return None if is_last or (owed.due_until is not None and due >= owed.due_until) else due


def _first(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)
