"""Who answers, and the lines that lead to them: what the dispatcher is told to work with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ari_app.domain.acd.comfort import Comfort
from ari_app.domain.acd.overflow import Destination, OverflowRule
from ari_app.domain.acd.past import NORMAL_PATIENCE, NORMAL_RESCUE, OwnAgents, Rescue
from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.agent import AgentState, NextState
from ari_app.domain.hours import ALWAYS_OPEN, WeeklyHours
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
    is_prompt_editor: bool = False


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """One queue. `rules.id` is its name: what flows and people call it. `hours` are local."""

    id: UUID
    rules: QueueRules
    ring_seconds: float
    max_wait_seconds: float
    announce_every_seconds: float
    comfort: tuple[Comfort, ...] = ()
    keep_place_seconds: float = 300.0
    is_saying_agent_number: bool = False
    overflow: tuple[OverflowRule, ...] = ()
    hours: WeeklyHours = ALWAYS_OPEN
    closing_to: Destination | None = None  # who waits at closing time; None: they are served
    own_agents: OwnAgents = NORMAL_PATIENCE
    rescue: Rescue = NORMAL_RESCUE

    @property
    def name(self) -> str:
        return self.rules.id

    def destinations(self) -> Iterator[tuple[str, Destination]]:
        """Where it may send callers by itself, each with the place that says so."""
        for number, rule in enumerate(self.overflow, start=1):
            yield f"queue {self.name!r}, overflow {number}", rule.to
        if self.closing_to is not None:
            yield f"queue {self.name!r}, closing_to", self.closing_to
