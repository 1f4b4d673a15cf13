"""What an operator sets for one queue, and what can be wrong with it.

Score of a waiting contact = points + ageing * seconds waited, where points come from priority
(queue's plus caller's) and tier. With ageing 1.0 a point is worth one second of waiting.
"""

import math
from collections.abc import Collection, Mapping
from enum import StrEnum

import msgspec

from ari_app.domain.acd.contact import Tier
from ari_app.domain.skill import level_problems

POINTS_PER_PRIORITY = 60.0
HIGHEST_PRIORITY = 9
TIER_POINTS = {Tier.NORMAL: 0.0, Tier.SILVER: 60.0, Tier.GOLD: 120.0, Tier.VIP: 300.0}


class AgentRule(StrEnum):
    """Which of several suitable ready agents; each falls back to longest idle."""

    LONGEST_IDLE = "longest_idle"
    LEAST_OVERQUALIFIED = "least_overqualified"
    FEWEST_CALLS = "fewest_calls"


class Relaxation(msgspec.Struct, frozen=True):
    """After so many seconds of waiting, these requirements instead of the queue's."""

    after: float
    requires: dict[str, int]


class QueueRules(msgspec.Struct, frozen=True, kw_only=True):
    """One queue. `max_busy` limits contacts reserved or in conversation at a time;
    an agent who missed or refused a caller is not offered that caller again for
    `exclusion_seconds`."""

    id: str
    name: str = ""
    requires: dict[str, int] = {}
    prefers: dict[str, int] = {}
    rule: AgentRule = AgentRule.LONGEST_IDLE
    relaxation: tuple[Relaxation, ...] = ()
    max_busy: int | None = None
    priority: int = 0
    ageing: float = 1.0
    tier_points: dict[Tier, float] = msgspec.field(default_factory=lambda: dict(TIER_POINTS))
    exclusion_seconds: float = 60.0

    def points(self, priority: int, tier: Tier) -> float:
        return POINTS_PER_PRIORITY * (self.priority + priority) + self.tier_points.get(tier, 0.0)

    def step_at(self, entered: float, now: float) -> int:
        """How many relaxation steps apply; 0 is the queue's own requirements."""
        # Compares the same sum that is used as the deadline: a rounding error in
        # `now - entered` would otherwise find the step not yet due at its own deadline.
        return sum(entered + step.after <= now for step in self.relaxation)

    def requirements(self, step: int) -> Mapping[str, int]:
        return self.relaxation[step - 1].requires if step else self.requires

    def problems(self, known_skills: Collection[str]) -> list[str]:
        """Everything wrong with these rules, each with its place; empty when they can be used."""
        place = f"queue {self.id!r}"
        return [
            *_unknown(self.requires, known_skills, f"{place}, requires"),
            *level_problems(self.requires, f"{place}, requires"),
            *_unknown(self.prefers, known_skills, f"{place}, prefers"),
            *level_problems(self.prefers, f"{place}, prefers"),
            *self._number_problems(place),
            *self._relaxation_problems(place, known_skills),
        ]

    def _number_problems(self, place: str) -> list[str]:
        checks = (
            (bool(self.id), "id is empty"),
            (self.max_busy is None or self.max_busy >= 1, f"max_busy {self.max_busy} is below 1"),
            (
                0 <= self.priority <= HIGHEST_PRIORITY,
                f"priority {self.priority} is not 0 to {HIGHEST_PRIORITY}",
            ),
            (_is_amount(self.ageing), f"ageing {self.ageing} is not a number from 0 up"),
            (
                all(_is_amount(points) for points in self.tier_points.values()),
                "tier_points has a value that is not a number from 0 up",
            ),
            (
                _is_amount(self.exclusion_seconds),
                f"exclusion_seconds {self.exclusion_seconds} is not a number from 0 up",
            ),
        )
        return [f"{place}: {complaint}" for holds, complaint in checks if not holds]

    def _relaxation_problems(self, place: str, known_skills: Collection[str]) -> list[str]:
        found: list[str] = []
        before, elapsed = self.requires, 0.0
        for number, step in enumerate(self.relaxation, start=1):
            where = f"{place}, relaxation step {number}"
            found += _unknown(step.requires, known_skills, where)
            found += level_problems(step.requires, where)
            if not (elapsed < step.after < math.inf):
                found.append(f"{where}: after {step.after:g} s does not come after {elapsed:g} s")
            found += _stricter(step.requires, before, where)
            before, elapsed = step.requires, step.after
        return found


def _is_amount(value: float) -> bool:
    return 0 <= value < math.inf


def _unknown(levels: Mapping[str, int], known: Collection[str], place: str) -> list[str]:
    return [f"{place}: unknown skill {skill!r}" for skill in levels if skill not in known]


def _stricter(levels: Mapping[str, int], before: Mapping[str, int], place: str) -> list[str]:
    return [
        f"{place}: goes backwards, {skill!r} rises from {before.get(skill, 0)} to {level}"
        for skill, level in levels.items()
        if level > before.get(skill, 0)
    ]
