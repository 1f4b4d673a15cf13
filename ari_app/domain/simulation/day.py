"""The day that is simulated: queues with their callers, groups of agents with their shifts."""

from collections.abc import Iterator

import msgspec

from ari_app.domain.acd.contact import Tier
from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.simulation.spread import NOTHING, Spread
from ari_app.domain.skill import RequestType, SkillProfile, level_problems

HALF_HOUR = 1800.0
MIDNIGHT = 24 * 3600.0
Span = tuple[float, float]  # seconds since midnight, from and to


class Arrivals(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The callers of one queue. `per_half_hour` starts when the day opens; `patience` None:
    nobody gives up. `tiers` are shares of the callers; the rest is normal."""

    per_half_hour: tuple[float, ...]
    talk: Spread
    wrap_up: Spread = NOTHING
    patience: Spread | None = None
    tiers: dict[Tier, float] = {}


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`count` equal agents. `queues` None: every queue whose skills they have. Several shifts of
    a day leave breaks between them; a call is finished before a break begins."""

    name: str
    count: int
    skills: dict[str, int]
    shifts: tuple[Span, ...]
    queues: frozenset[str] | None = None


class Day(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Callers come from `opens` to `closes`; who waits then may be served while agents are here.

    `ringing` is the time from an offer to its answer; it is part of the caller's wait.
    """

    name: str
    opens: float
    closes: float
    queues: tuple[QueueRules, ...]
    arrivals: dict[str, Arrivals]
    groups: tuple[Group, ...]
    threshold: float = 20.0
    short_abandon: float = 5.0
    ringing: float = 0.0

    def intervals(self) -> list[Span]:
        """The half hours callers come in; the last may be shorter."""
        found, start = [], self.opens
        while start < self.closes:
            found.append((start, min(start + HALF_HOUR, self.closes)))
            start += HALF_HOUR
        return found

    def problems(self) -> list[str]:
        """Everything wrong with it, each with its place; empty when it can be simulated."""
        return [*self._frame_problems(), *self._queue_problems(), *self._group_problems()]

    def _frame_problems(self) -> Iterator[str]:
        if not 0 <= self.opens < self.closes <= MIDNIGHT:
            yield f"day: opens {clock(self.opens)} does not come before closes {clock(self.closes)}"
        if not self.queues:
            yield "day: no queue"
        if not self.groups:
            yield "day: no agents"
        for name in ("threshold", "short_abandon", "ringing"):
            if getattr(self, name) < 0:
                yield f"day: {name} {getattr(self, name):g} is negative"

    def _queue_problems(self) -> Iterator[str]:
        known = {skill for group in self.groups for skill in group.skills}
        ids = [rules.id for rules in self.queues]
        for twice in sorted({id for id in ids if ids.count(id) > 1}):
            yield f"queue {twice!r}: there are two of this name"
        for rules in self.queues:
            yield from rules.problems(known)
            place, arrivals = f"queue {rules.id!r}", self.arrivals[rules.id]
            count = len(self.intervals())
            if len(arrivals.per_half_hour) != count:
                yield (
                    f"{place}, arrivals: {len(arrivals.per_half_hour)} half hours,"
                    f" the day has {count}"
                )
            if any(number < 0 for number in arrivals.per_half_hour):
                yield f"{place}, arrivals: a number is negative"
            if any(share < 0 for share in arrivals.tiers.values()) or share_of(arrivals) > 1:
                yield f"{place}, tiers: shares are from 0 to 1 and add up to 1 at most"
            for name in ("talk", "wrap_up", "patience"):
                if (spread := getattr(arrivals, name)) is not None:
                    yield from spread.problems(f"{place}, {name}")

    def _group_problems(self) -> Iterator[str]:
        ids = {rules.id for rules in self.queues}
        for group in self.groups:
            place = f"agents {group.name!r}"
            yield from level_problems(group.skills, f"{place}, skills")
            if group.count < 1:
                yield f"{place}: count {group.count} is below 1"
            for unknown in sorted((group.queues or frozenset()) - ids):
                yield f"{place}: unknown queue {unknown!r}"
            yield from _shift_problems(group.shifts, place)


def share_of(arrivals: Arrivals) -> float:
    """Of callers with a tier of their own."""
    return sum(arrivals.tiers.values())


def _shift_problems(shifts: tuple[Span, ...], place: str) -> Iterator[str]:
    before = 0.0
    for start, end in shifts:
        if not before <= start < end <= MIDNIGHT:
            yield f"{place}, shifts: {clock(start)} to {clock(end)} is not in order"
        before = end


def seconds_of(text: str) -> float:
    """`"08:30"` -> 30600.0; ValueError when it is no time of day."""
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2):  # noqa: PLR2004
        raise ValueError(f"{text!r} is not a time like 08:30")
    total = int(hours) * 3600.0 + int(minutes) * 60.0
    if int(minutes) > 59 or total > MIDNIGHT:  # noqa: PLR2004
        raise ValueError(f"{text!r} is not a time of day")
    return total


def clock(seconds: float) -> str:
    """30600.0 -> `"08:30"`."""
    return f"{int(seconds // 3600):02}:{int(seconds % 3600 // 60):02}"


def members(group: Group) -> list[str]:
    return [f"{group.name}-{number}" for number in range(1, group.count + 1)]


def serves(group: Group, rules: QueueRules) -> bool:
    """May this group take the queue's calls, before any relaxation?"""
    if group.queues is not None and rules.id not in group.queues:
        return False
    return RequestType.of(rules.requires).is_met_by(SkillProfile.of(group.skills))
