"""What the engine left open is closed from Asterisk's event log, in a real database."""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from ari_app.domain.closing import BusyAgent
from ari_app.domain.facts import Outcome
from ari_app.domain.recording import EndedRecording
from ari_app.store import fact_sql
from ari_app.workers.cel_closer import CelCloser, Surroundings
from ari_app.workers.cel_loader import CelLoader
from tests.integration.asking import Asking, WallClock, asking
from tests.integration.cel_lines import call_lines

NOW = datetime.now(UTC).replace(microsecond=0)
CALL = uuid4()
VISIT, OFFER, QUEUE = (uuid4() for _ in range(3))
AGENT = 1001


@dataclass
class Facts:
    """A journal that writes when it is asked to."""

    ask: Asking
    waiting: list[Any] = field(default_factory=list)

    def write(self, *facts: Any) -> None:
        self.waiting += facts

    async def durable(self) -> None:
        facts, self.waiting = self.waiting, []
        await self.ask(lambda db: fact_sql.apply(db, facts))  # type: ignore[arg-type]

    committed = durable


@dataclass
class House:
    ask: Asking
    folder: Path
    channels: set[str] = field(default_factory=set)
    live_calls: set[UUID] = field(default_factory=set)
    booted_at: datetime = NOW - timedelta(days=3)
    freed: list[BusyAgent] = field(default_factory=list)
    over: list[tuple[EndedRecording, Outcome]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = WallClock(NOW)
        self.journal = Facts(self.ask)
        self.loader = CelLoader(self.ask, self.folder / "Master.csv", "node1", self.clock)
        around = Surroundings(
            asterisk_started_at=lambda: _soon(self.booted_at),
            live_channels=lambda: _soon(self.channels),
            is_live=lambda call: call in self.live_calls,
            is_settled=lambda: True,
            let_go=self.freed.append,
            over=lambda ended, outcome: self.over.append((ended, outcome)),
        )
        self.closer = CelCloser(self.ask, self.loader, self.journal, self.clock, "node1", around)

    async def log(self, lines: list[str]) -> None:
        with (self.folder / "Master.csv").open("a") as file:
            file.writelines(lines)
        await self.loader.catch_up()

    async def rounds(self) -> None:
        """As many as it takes for a missing channel to be believed."""
        for seconds in (0, 6):
            self.clock.at = NOW + timedelta(seconds=seconds)
            await self.closer.round()
            await self.journal.durable()

    async def sql(self, text: str, *values: object) -> None:
        await self.ask(lambda db: db.execute(text, *values))

    async def one(self, text: str, *values: object) -> tuple[Any, ...]:
        return tuple(await self.ask(lambda db: db.fetchrow(text, *values)))

    async def left_open(self, at: datetime) -> None:
        """An engine died while this call was talking, with everything as it then stands."""
        await self.sql(
            "INSERT INTO call (call_id, arrived_at, node, answered_at)"
            " VALUES ($1, $2, 'node1', $2)",
            *(CALL, at),
        )
        await self.sql(
            "INSERT INTO leg (call_id, arrived_at, leg_id, node, role, agent_id, answered_at)"
            " VALUES ($1, $2, 'node1-1.0', 'node1', 'caller', NULL, $2),"
            " ($1, $2, $3, 'node1', 'agent', $4, $2)",
            *(CALL, at, f"{CALL}-a1", AGENT),
        )
        await self.sql(
            "INSERT INTO call_place (call_id, arrived_at, step, node, kind, flow, flow_version,"
            " flow_node, state, saved_at) VALUES ($1, $2, 1, 'node1', 'talk', 'hotline', '1', 'q',"
            """ '{"outcome": "talked"}', $2)""",
            *(CALL, at),
        )
        await self.sql(
            "INSERT INTO queue_visit (id, call_id, arrived_at, queue_id, entered_at)"
            " VALUES ($1, $2, $3, $4, $3)",
            *(VISIT, CALL, at, QUEUE),
        )
        await self.sql(
            "INSERT INTO offer (id, call_id, arrived_at, agent_id, made_at, deadline)"
            " VALUES ($1, $2, $3, $4, $3, $3)",
            *(OFFER, CALL, at, AGENT),
        )
        await self.sql("INSERT INTO agent (id, name) VALUES ($1, 'A')", AGENT)
        await self.sql(
            "INSERT INTO agent_presence (agent_id, version, state, since, reason, call_id)"
            " VALUES ($1, 7, 'talking', $2, 'accepted', $3)",
            *(AGENT, at, CALL),
        )


def _soon(value: Any) -> Awaitable[Any]:
    async def answer() -> Any:
        return value

    return answer()


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with asking(database_url) as ask:
        yield House(ask, tmp_path)


AT = NOW - timedelta(seconds=300)
ENDED = AT + timedelta(seconds=100)
CALL_ROW = "SELECT outcome, end_reason, hangup_cause, ended_at FROM call WHERE call_id = $1"
CLOSED_BY = "SELECT closed_by FROM call WHERE call_id = $1"


async def test_a_call_that_ended_while_the_engine_was_away_is_closed_whole(house: House) -> None:
    await house.left_open(AT)
    await house.log(call_lines(CALL, 1, AT, seconds=100, talks=True))

    await house.rounds()

    assert await house.one(CALL_ROW, CALL) == ("talked", "ended_while_away", 16, ENDED)
    assert await house.one(CLOSED_BY, CALL) == ("cel",)
    assert await house.one(
        "SELECT (SELECT count(*) FROM leg WHERE ended_at = $1),"
        " (SELECT count(*) FROM queue_visit WHERE left_at = $1 AND result = 'abandoned'),"
        " (SELECT count(*) FROM offer WHERE ended_at = $1 AND result = 'rescinded'),"
        " (SELECT count(*) FROM call_place)",
        ENDED,
    ) == (2, 1, 1, 0)
    assert house.freed == [BusyAgent(AGENT, 7)]
    assert house.over == [(EndedRecording(CALL, AT, AT, ENDED), Outcome.TALKED)]


async def test_who_was_promised_a_callback_before_the_engine_died_did_not_give_up(
    house: House,
) -> None:
    await house.sql(
        "INSERT INTO call (call_id, arrived_at, node, answered_at) VALUES ($1, $2, 'node1', $2)",
        *(CALL, AT),
    )
    await house.sql(
        "INSERT INTO queue_visit (id, call_id, arrived_at, queue_id, entered_at, left_at, result)"
        " VALUES ($1, $2, $3, $4, $3, $3, 'flowed_out')",
        *(VISIT, CALL, AT, QUEUE),
    )
    await house.sql(
        "INSERT INTO callback (id, call_id, arrived_at, number, queue_id, booked_at, due_at)"
        " VALUES ($1, $1, $2, '13900000001', $3, $2, $2)",
        *(CALL, AT, QUEUE),
    )
    await house.log(call_lines(CALL, 1, AT, seconds=100))

    await house.rounds()

    assert await house.one(CALL_ROW, CALL) == ("callback_booked", "ended_while_away", 16, ENDED)


async def test_recovery_closes_what_it_names_at_once_and_twice_is_once(house: House) -> None:
    await house.left_open(AT)
    (house.folder / "Master.csv").write_text("".join(call_lines(CALL, 1, AT, seconds=100)))

    first = await house.closer.close_gone_calls([CALL], house.booted_at)
    await house.journal.durable()
    again = await house.closer.close_gone_calls([CALL], house.booted_at)
    await house.journal.durable()

    assert first[CALL].ended_at == again[CALL].ended_at == ENDED
    assert await house.one("SELECT count(*) FROM call_event WHERE call_id = $1", CALL) == (1,)


async def test_calls_of_a_killed_asterisk_end_with_its_last_sign_of_life(house: House) -> None:
    await house.left_open(AT)
    await house.log(call_lines(CALL, 1, AT, talks=True, ends=False)[:-1])
    await house.log(call_lines(uuid4(), 2, AT + timedelta(seconds=60), seconds=5))
    house.booted_at = NOW - timedelta(seconds=30)

    await house.closer.close_gone_calls([CALL], house.booted_at)
    await house.journal.durable()

    lived_until = AT + timedelta(seconds=65)
    assert await house.one(CALL_ROW, CALL) == ("talked", "pbx_restart", None, lived_until)


async def test_what_the_engine_has_live_is_left_to_it(house: House) -> None:
    await house.left_open(AT)
    await house.log(call_lines(CALL, 1, AT, seconds=100))
    house.live_calls = {CALL}

    await house.rounds()

    assert await house.one("SELECT count(*) FROM call WHERE ended_at IS NULL") == (1,)
    assert house.freed == []


async def test_a_call_whose_channel_lives_in_the_fallback_is_left_alone(house: House) -> None:
    await house.left_open(AT)
    await house.log(call_lines(CALL, 1, AT, ends=False))
    house.channels = {"node1-1.0"}

    await house.rounds()

    assert await house.one("SELECT count(*) FROM call WHERE ended_at IS NULL") == (1,)


async def test_a_leg_the_engine_forgot_ends_while_the_call_goes_on(house: House) -> None:
    await house.left_open(AT)
    talk = call_lines(CALL, 1, AT, seconds=100, talks=True)
    await house.log(talk[:-2])
    house.live_calls, house.channels = {CALL}, {"node1-1.0"}

    await house.rounds()

    assert await house.one("SELECT leg_id, ended_at FROM leg WHERE ended_at IS NOT NULL") == (
        f"{CALL}-a1",
        ENDED,
    )


async def test_a_leg_whose_phone_never_rang_ends_where_it_began(house: House) -> None:
    await house.left_open(AT)
    house.live_calls.add(CALL)
    house.channels |= {"node1-1.0", f"{CALL}-a1", f"{CALL}-a3"}
    await house.log(call_lines(CALL, 1, AT, ends=False))
    await house.sql(
        "INSERT INTO leg (call_id, arrived_at, leg_id, node, role, agent_id, started_at)"
        " VALUES ($1, $2, $3, 'node1', 'agent', $5, $2), ($1, $2, $4, 'node1', 'agent', $5, $2)",
        *(CALL, AT, f"{CALL}-a2", f"{CALL}-a3", AGENT),
    )
    await house.sql(
        "INSERT INTO leg (call_id, arrived_at, leg_id, node, role, started_at)"
        " VALUES ($1, $2, $3, 'node1', 'outside', $2)",
        *(CALL, AT, f"{CALL}-o4"),
    )

    await house.rounds()

    ends = await house.ask(
        lambda db: db.fetch(
            "SELECT leg_id, ended_at FROM leg WHERE agent_id IS NOT NULL OR role = 'outside'"
        )
    )
    found = {row["leg_id"][-2:]: row["ended_at"] for row in ends}
    assert found == {"a1": None, "a2": AT, "a3": None, "o4": AT}  # the third rings


async def test_a_call_only_asterisk_saw_is_recorded(house: House) -> None:
    await house.log(call_lines(CALL, 1, AT, seconds=100))

    await house.rounds()

    row = await house.one(
        "SELECT arrived_at, ended_at, closed_by, caller, dialled, trunk FROM call"
        " WHERE call_id = $1",
        CALL,
    )
    assert row == (AT, ENDED, "cel", "13900000001", "95001", "world")
    assert [ended.call_id for ended, _ in house.over] == [CALL]


async def test_a_long_call_only_asterisk_saw_is_recorded_when_it_ends(house: House) -> None:
    lines = call_lines(CALL, 1, NOW - timedelta(hours=1), seconds=3601)
    await house.log(lines[:-2])
    await house.rounds()
    assert (await house.one("SELECT count(*) FROM call")) == (0,)

    house.clock.at = NOW + timedelta(seconds=60)
    await house.log(lines[-2:])
    await house.closer.round()

    assert await house.one(CALL_ROW, CALL) == (
        *("abandoned_in_flow", "ended_while_away", 16),
        NOW + timedelta(seconds=1),
    )


async def test_a_caller_gone_before_the_call_had_a_name_is_recorded_once(house: House) -> None:
    lines = call_lines(CALL, 1, AT, seconds=0.01)
    nameless = [text.replace(f"{CALL}/{AT.timestamp():.3f}", "") for text in lines]
    await house.log([nameless[0], *nameless[-2:]])

    await house.rounds()
    await house.rounds()

    assert await house.one("SELECT count(*), min(arrived_at) FROM call") == (1, AT)
    assert await house.one("SELECT count(*) FROM cel_raw WHERE call_id IS NULL") == (0,)
