"""Freeing what hangs: the usual path first, force after it, and always a trace."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.closing import Closing
from ari_app.domain.errors import NotFound, Unavailable
from ari_app.domain.skill import SkillProfile
from ari_app.domain.staff import Presence, StaffMember
from ari_app.domain.unstick import Order
from ari_app.workers import unstick
from ari_app.workers.roster import Roster
from ari_app.workers.unstick import Parts, Unstick

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
CALL = UUID(int=5)
BY = Order("root", "hangs")


class Clock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class Facts(list[Any]):
    def write(self, *facts: Any) -> None:
        self.extend(facts)

    async def durable(self) -> None:
        """They are."""

    committed = durable


@dataclass
class Around:
    """Database, Asterisk and closer of one agent with one leg."""

    state: AgentState = AgentState.TALKING
    legs: list[str] = field(default_factory=lambda: ["leg"])
    away: bool = False
    hung_up: list[str] = field(default_factory=list)
    trail: list[tuple[Any, ...]] = field(default_factory=list)
    on_hang_up: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        presence = Presence(self.state, NOW, "accepted", None, CALL, 4)
        member = StaffMember(1001, "A", "p", "zh", 10, SkillProfile.of({}), presence)
        self.roster = Roster(Facts(), Clock())
        self.roster.load([member])

    async def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        if self.away:
            raise Unavailable("PostgreSQL: away")
        return await question(self)

    async def execute(self, sql: str, *values: Any) -> str:
        self.trail.append(values)
        return ""

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        is_legs = "agent_id = $1 AND ended_at" in sql
        return [{"leg_id": leg} for leg in self.legs] if is_legs else []

    async def hang_up(self, channel_id: str) -> None:
        self.hung_up.append(channel_id)
        self.on_hang_up()

    async def to_fallback(self, channel_id: str) -> None:
        raise AssertionError("no call here")

    async def close_gone_calls(
        self, calls: Collection[UUID], asterisk_started_at: datetime
    ) -> dict[UUID, Closing]:
        return {}

    async def channels(self) -> Collection[str]:
        return ()

    async def booted_at(self) -> datetime:
        return NOW

    def unstick(self) -> Unstick:
        ask: Any = self.ask
        parts = Parts(ask, self.roster, {}, self, self, self.channels, self.booted_at)
        return Unstick(parts)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unstick, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(unstick, "BY_ITSELF_SECONDS", 0.003)


async def test_asterisk_ends_the_leg_and_the_usual_path_frees_the_agent() -> None:
    around = Around()
    seat = around.roster.seat(1001)

    def usual() -> None:
        around.roster.move(seat, AgentState.WRAP_UP, Reason.CALL_ENDED)
        around.roster.free(seat, Reason.WRAP_UP_DONE)

    around.on_hang_up = usual
    done = await around.unstick().agent(1001, BY)

    assert (done.before, done.after, done.did) == ("talking", "ready", "by_itself")
    assert around.hung_up == ["leg"]


@pytest.mark.parametrize(
    "state",
    [AgentState.TALKING, AgentState.RESERVED, AgentState.WRAP_UP, AgentState.PHONE_LOST],
)
async def test_an_agent_whom_nothing_else_frees_is_freed_by_force(state: AgentState) -> None:
    around = Around(state, legs=[])

    done = await around.unstick().agent(1001, BY)

    assert (done.after, done.did) == ("ready", "by_force")
    assert around.roster.seat(1001).agent.reason is Reason.SYSTEM_RECOVERY


@pytest.mark.parametrize("state", [AgentState.READY, AgentState.PAUSED, AgentState.LOGGED_OUT])
async def test_who_is_not_busy_is_left_alone(state: AgentState) -> None:
    around = Around(state)

    done = await around.unstick().agent(1001, BY)

    assert (done.after, done.did, around.hung_up) == (state.value, "nothing", [])


async def test_it_is_written_down_before_and_after() -> None:
    around = Around(legs=[])

    await around.unstick().agent(1001, BY)

    assert [(who, action, about) for who, action, about, _ in around.trail] == [
        ("root", "unstick_asked", "agent 1001"),
        ("root", "unstick", "agent 1001"),
    ]
    assert '"why":"hangs"' in around.trail[0][3]


async def test_what_cannot_be_written_down_is_not_done() -> None:
    around = Around(away=True)

    with pytest.raises(Unavailable):
        await around.unstick().agent(1001, BY)

    assert around.roster.seat(1001).state is AgentState.TALKING
    assert around.hung_up == []


async def test_an_unknown_agent_or_call_is_said_to_be_unknown() -> None:
    around = Around()

    with pytest.raises(NotFound):
        await around.unstick().agent(4711, BY)
    with pytest.raises(NotFound):
        await around.unstick().call(CALL, BY)
