"""A restart finds Asterisk and the tables in any state: all of it is brought together, once.

Each call is one of `STORIES` with some of its channels gone; the process may die in the middle of
recovering, and the next one has to end where an undisturbed one would have.
"""

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain import facts as f
from ari_app.domain.inventory import FoundChannel, Inventory
from ari_app.store import agents, fact_sql, seed
from ari_app.store.seed import queue_id
from ari_app.workers import freeing
from ari_app.workers.cel_closer import CelCloser, Surroundings
from ari_app.workers.cel_loader import CelLoader
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.recovery import Recovery
from ari_app.workers.roster import Roster
from tests.integration.asking import Asking, WallClock, asking
from tests.integration.cel_lines import call_lines
from tests.integration.drawn import drawn

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
CALLS = UUID(int=7)
STORIES = ("unknown", "flow", "queue", "ringing", "talk")
AGENTS = [agent for agent, *_ in seed.AGENTS]
TABLES = (
    *("call", "leg", "call_place", "queue_visit", "offer", "call_event"),
    *("agent_state", "agent_presence", "cel_raw", "cel_file"),
)


class Died(Exception):
    """The process, at this point."""


@dataclass(frozen=True)
class Call:
    """`number` is its place in the order of arrival; agents are numbered like the calls."""

    number: int
    story: str
    lives: bool
    agent_leg_lives: bool
    bridge_is_there: bool
    cel_tells: bool

    @property
    def id(self) -> UUID:
        return uuid5(CALLS, str(self.number))

    @property
    def arrived_at(self) -> datetime:
        return NOW - timedelta(seconds=300 - 10 * self.number)

    @property
    def agent(self) -> int:
        return AGENTS[self.number]

    @property
    def channel(self) -> str:
        return f"node1-{self.number}.0"

    @property
    def agent_leg(self) -> str:
        return f"{self.id}-a1"

    @property
    def has_agent(self) -> bool:
        return self.story in ("ringing", "talk")

    @property
    def talks_on(self) -> bool:
        return self.story == "talk" and self.lives and self.agent_leg_lives

    def channels(self) -> Iterator[FoundChannel]:
        if self.lives:
            arguments = ["call", str(self.id), f"{self.arrived_at.timestamp():.3f}", "139", "95001"]
            yield FoundChannel(self.channel, "hotline-0", arguments)
        if self.has_agent and self.agent_leg_lives:
            yield FoundChannel(self.agent_leg, "hotline-0", [])

    def _key(self, seconds: float) -> dict[str, Any]:
        at = self.arrived_at + timedelta(seconds=seconds)
        return {"call_id": self.id, "arrived_at": self.arrived_at, "at": at}

    def facts(self) -> Iterator[f.Fact]:
        """What the process that died had written."""
        if self.story == "unknown":
            return
        key, node = self._key(0), "node1"
        yield f.CallArrived(
            **key, node=node, caller="139", dialled="95001", flow="hotline", language="zh"
        )
        yield f.CallAnswered(**key)
        yield f.LegStarted(**key, leg_id=self.channel, node=node, role=f.LegRole.CALLER)
        yield self._placed()
        visit: dict[str, Any] = {
            "visit_id": uuid5(self.id, "visit"),
            "queue_id": queue_id("orders"),
        }
        if self.story != "flow":
            yield f.QueueEntered(**self._key(1), **visit, place_since=self._key(1)["at"])
        if self.has_agent:
            yield from self._offered(visit)
        if self.story == "talk":
            yield f.LegAnswered(**self._key(3), leg_id=self.agent_leg)
            yield f.QueueLeft(**self._key(3), **visit, result=f.VisitResult.ANSWERED)

    def _placed(self) -> f.CallPlaced:
        kind = {"flow": "flow", "talk": "talk"}.get(self.story, "queue")
        state = {"since": self._key(1)["at"].isoformat()} if kind == "queue" else {}
        if kind == "talk":
            state = {"leg": self.agent_leg, "agent": str(self.agent), "outcome": "talked"}
        return f.CallPlaced(
            **self._key(1),
            step=3,
            node="node1",
            kind=f.PlaceKind(kind),
            flow="hotline",
            flow_version="1",
            flow_node="somewhere",
            state=state,
        )

    def _offered(self, visit: dict[str, Any]) -> Iterator[f.Fact]:
        key = self._key(2)
        offer: dict[str, Any] = {"offer_id": uuid5(self.id, "offer"), "agent_id": self.agent}
        yield f.LegStarted(
            **key,
            leg_id=self.agent_leg,
            node="node1",
            role=f.LegRole.AGENT,
            agent_id=self.agent,
        )
        yield f.OfferMade(
            **key, **offer, **visit, leg_id=self.agent_leg, deadline=NOW + timedelta(seconds=9)
        )
        states = ["reserved"]
        if self.story == "talk":
            states.append("talking")
            yield f.OfferEnded(**self._key(3), **offer, result=f.OfferResult.ACCEPTED)
        for version, state in enumerate(states, start=2):
            yield f.AgentMoved(
                at=key["at"],
                agent_id=self.agent,
                version=version,
                state=state,
                reason="offer" if state == "reserved" else "accepted",
                call_id=self.id,
            )


@dataclass
class World:
    """Asterisk: it goes on while processes of ours come and go."""

    calls: Sequence[Call]
    channels: dict[str, FoundChannel] = field(default_factory=dict)
    bridges: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.channels = {one.id: one for call in self.calls for one in call.channels()}
        self.bridges = {f"{call.id}-talk" for call in self.calls if call.bridge_is_there}
        self.bridges.add("somebody-elses")

    async def inventory(self) -> Inventory:
        bridges: dict[str, list[str]] = {bridge: [] for bridge in self.bridges}
        return Inventory(NOW - timedelta(days=1), list(self.channels.values()), bridges)

    async def hang_up(self, channel_id: str) -> None:
        del self.channels[channel_id]

    async def close_bridge(self, bridge_id: str) -> None:
        self.bridges.remove(bridge_id)


@dataclass
class Journal:
    """Every fact is durable at once; after `life` of them the process is dead."""

    life: int | None
    facts: list[f.Fact] = field(default_factory=list)

    def write(self, *facts: f.Fact) -> None:
        for fact in facts:
            if self.life is not None and len(self.facts) >= self.life:
                raise Died
            self.facts.append(fact)

    async def durable(self) -> None:
        pass

    committed = durable


class TakenUp:
    """Stands for the calls of the new process: who was taken up, in what order."""

    def __init__(self) -> None:
        self.order: list[tuple[str, str]] = []

    def arrived(
        self, app: str, channel_id: str, arguments: Sequence[str], node: str, *, inherited: bool
    ) -> None:
        assert inherited
        self.order.append(("arrived", channel_id))

    async def bring_flows(self, versions: object) -> None:
        """They are all the same here."""

    def adopted(self, app: str, channel_id: str, facts: object, saved: object) -> None:
        self.order.append(("adopted", channel_id))


async def recovered(ask: Asking, world: World, log: Path, life: int | None = None) -> TakenUp:
    """One process: it recovers, or dies after `life` facts. What it wrote stays."""
    clock, journal, calls = WallClock(NOW), Journal(life), TakenUp()
    roster = Roster(journal, clock)
    dispatcher = Dispatcher(roster, journal, clock)
    roster.load(await ask(agents.load))
    around = Surroundings(
        asterisk_started_at=lambda: _answer(NOW - timedelta(days=1)),
        live_channels=lambda: _answer(set(world.channels)),
        is_live=lambda call_id: False,
        is_settled=lambda: True,
        let_go=lambda agent: freeing.let_go(roster, agent),
        over=lambda ended, outcome: None,
    )
    closer = CelCloser(ask, CelLoader(ask, log, "node1", clock), journal, clock, "node1", around)
    recovery = Recovery(ask, world, closer, calls, dispatcher, "node1")  # type: ignore[arg-type]
    try:
        await recovery.run()
    finally:
        for seat in roster.seats():
            if seat.timer is not None:
                seat.timer.cancel()
        await ask(lambda db: fact_sql.apply(db, journal.facts))  # type: ignore[arg-type]
    return calls


async def _answer(value: Any) -> Any:
    return value


async def prepare(ask: Asking, calls: Sequence[Call], log: Path) -> None:
    await ask(lambda db: db.execute("; ".join(f"DELETE FROM {table}" for table in TABLES)))
    ready = [
        f.AgentMoved(at=NOW, agent_id=agent, version=1, state="ready", reason="login")
        for agent in AGENTS
    ]
    facts = [*ready, *itertools.chain.from_iterable(call.facts() for call in calls)]
    await ask(lambda db: fact_sql.apply(db, facts))  # type: ignore[arg-type]
    await asyncio.to_thread(log.write_text, "".join(itertools.chain(*map(told_by_cel, calls))))


def told_by_cel(call: Call) -> list[str]:
    ends = call.cel_tells and not call.lives
    talks = call.story == "talk"
    return call_lines(call.id, call.number, call.arrived_at, talks=talks, ends=ends)


async def outcome(ask: Asking) -> dict[str, list[tuple[Any, ...]]]:
    """What has to be the same however often recovery was begun."""
    questions = {
        "calls": "SELECT call_id, ended_at, outcome, end_reason, hangup_cause FROM call",
        "legs": "SELECT leg_id, ended_at, hangup_cause FROM leg",
        "places": "SELECT call_id, kind FROM call_place",
        "visits": "SELECT id, left_at, result, how FROM queue_visit",
        "offers": "SELECT id, result FROM offer",
        "agents": "SELECT agent_id, state FROM agent_presence",
        "events": "SELECT event_id FROM call_event",
    }
    found = {}
    for name, question in questions.items():
        rows = await ask(lambda db, question=question: db.fetch(question))  # type: ignore[misc]
        found[name] = sorted((tuple(row) for row in rows), key=str)
    return found


@pytest.fixture
async def ask(database_url: str) -> AsyncIterator[Asking]:
    async with asking(database_url) as ask:
        await ask(seed.seed)
        yield ask


@st.composite
def houses(draw: st.DrawFn) -> list[Call]:
    stories = draw(st.lists(st.sampled_from(STORIES), min_size=1, max_size=len(AGENTS)))
    return [
        Call(number, story, *(draw(st.booleans()) for _ in range(4)))
        for number, story in enumerate(stories)
    ]


@given(houses(), st.integers(0, 12), st.integers(0, 12))
@drawn(30)
async def test_any_house_is_put_in_order_once_however_often_it_is_begun(
    ask: Asking, calls: list[Call], first_life: int, second_life: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "Master.csv"
        await prepare(ask, calls, log)
        world = World(calls)
        taken = await recovered(ask, world, log)
        undisturbed = await outcome(ask)
        assert_in_order(calls, world, taken, undisturbed)

        await prepare(ask, calls, log)
        world = World(calls)
        for life in (first_life, second_life):
            try:
                await recovered(ask, world, log, life)
            except Died:
                continue
        taken = await recovered(ask, world, log)

        again = await outcome(ask)
        assert again == undisturbed
        assert_in_order(calls, world, taken, again)


def assert_in_order(
    calls: Sequence[Call],
    world: World,
    taken: TakenUp,
    rows: dict[str, list[tuple[Any, ...]]],
) -> None:
    living = [call for call in calls if call.lives]
    assert taken.order == [
        ("arrived" if call.story == "unknown" else "adopted", call.channel) for call in living
    ]
    known = {call.id: call for call in calls if call.story != "unknown"}
    closed = {call_id for call_id, ended_at, *_ in rows["calls"] if ended_at}
    assert closed == {call_id for call_id, call in known.items() if not call.lives}
    assert all(row[0] in known and known[row[0]].lives for row in rows["places"])
    assert all(result for _, result in rows["offers"])
    talking = {call.agent for call in calls if call.talks_on}
    assert {agent for agent, state in rows["agents"] if state == "talking"} == talking
    assert "reserved" not in {state for _, state in rows["agents"]}
    legs = {channel for channel in world.channels if channel.endswith("-a1")}
    assert legs == {call.agent_leg for call in calls if call.talks_on}
    talks = {f"{call.id}-talk" for call in calls if call.talks_on}
    assert world.bridges - talks == {"somebody-elses"}
