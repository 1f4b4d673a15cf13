"""Who answers, and the lines that lead to them: what the dispatcher is told to work with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ari_app.domain.acd.comfort import Comfort
from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.agent import AgentState, NextState
from ari_app.domain.skill import SkillProfile


@dataclass(frozen=True, slots=True)
class Presence:
    """An agent's state as it was last written."""

    state: AgentState
    since: datetime
    reason: str
    until: datetime | None
    call_id: UUID | None
    version: int
    next: NextState | None = None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """`phone` is the SIP endpoint's name; None for an agent without one."""

    id: int
    name: str
    phone: str | None
    language: str
    wrap_up_seconds: float
    profile: SkillProfile
    presence: Presence | None
    has_pin: bool = False
    is_auto_answering: bool = False


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """One queue. `rules.id` is its name: what flows and people call it."""

    id: UUID
    rules: QueueRules
    ring_seconds: float
    max_wait_seconds: float
    announce_every_seconds: float
    comfort: tuple[Comfort, ...] = ()
    keep_place_seconds: float = 300.0

    @property
    def name(self) -> str:
        return self.rules.id

    def problems(self, known: "Known") -> list[str]:
        """Everything wrong with it, each with its place; empty when callers can be led to it."""
        found = self.rules.problems(known.skills)
        for number, each in enumerate(self.comfort, start=1):
            found += each.problems(f"queue {self.name!r}, comfort {number}", known.prompts)
        return found


@dataclass(frozen=True, slots=True)
class Known:
    """The names that queues may use."""

    skills: Collection[str]
    prompts: Collection[str]
