"""When a queue sends a waiting caller elsewhere, and why.

By waiting time at any moment. By estimate and by ratio only on entering: both say how bad it is
for who comes now, and would send away all at once who have waited already.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec


class DestinationKind(StrEnum):
    QUEUE = "queue"
    MAILBOX = "mailbox"
    FLOW = "flow"
    NUMBER = "number"


class Destination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name` of a queue, mailbox or flow, or a number outside as people dial it."""

    kind: DestinationKind
    name: str


class OverflowBy(StrEnum):
    WAIT = "wait"  # seconds waited in this queue
    ESTIMATE = "estimate"  # seconds that four of five such waits keep
    RATIO = "ratio"  # calls waiting, this one too, for each agent at work


class OverflowRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Over so much, to there."""

    by: OverflowBy
    over: float
    to: Destination


class SentOn(msgspec.Struct, frozen=True):
    """Where to, and why. `value` was over `limit`; `passed_over` names queues that were closed or
    had nobody at work. Without `by` the queue closed."""

    to: Destination
    by: OverflowBy | None = None
    value: float = 0.0
    limit: float = 0.0
    passed_over: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        return "overflow" if self.by else "closing_time"


@dataclass(frozen=True, slots=True)
class Load:
    """`expected` is None when nobody can be sure."""

    waited: float
    expected: float | None
    waiting: int
    agents: int

    def value(self, by: OverflowBy) -> float | None:
        if by is OverflowBy.WAIT:
            return self.waited
        if by is OverflowBy.ESTIMATE:
            return self.expected
        return self.waiting / self.agents if self.agents else math.inf


def overflow(
    rules: Sequence[OverflowRule], load: Load, takes: Callable[[str], bool], *, on_entry: bool
) -> SentOn | None:
    """The first rule that applies. `takes`: would somebody in that queue serve the caller?"""
    passed_over: list[str] = []
    for rule in rules:
        if not on_entry and rule.by is not OverflowBy.WAIT:
            continue
        value = load.value(rule.by)
        if value is None or value < rule.over:
            continue
        if rule.to.kind is DestinationKind.QUEUE and not takes(rule.to.name):
            passed_over.append(rule.to.name)
            continue
        shown = value if math.isfinite(value) else float(load.waiting)
        return SentOn(rule.to, rule.by, shown, rule.over, tuple(passed_over))
    return None


def next_look(rules: Sequence[OverflowRule], waited: float) -> float:
    """After how many seconds of waiting another rule may apply; math.inf for never."""
    limits = [rule.over for rule in rules if rule.by is OverflowBy.WAIT and rule.over > waited]
    return min(limits, default=math.inf)
