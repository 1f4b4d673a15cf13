"""Attempts that a dead process left, closed in a real database from what Asterisk wrote."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from ari_app.domain.attempt import AttemptOutcome, Purpose
from ari_app.domain.facts import CallbackBooked
from ari_app.domain.outbound_facts import AttemptEnded, AttemptMade
from ari_app.store import fact_sql
from ari_app.workers.outbound.left_behind import LeftBehind
from tests.integration.asking import Asking, WallClock, asking

NOW = datetime.now(UTC).replace(microsecond=0)
RETRY = timedelta(seconds=900)


@dataclass
class Behind:
    """A callback that was being dialled when the engine died."""

    ask: Asking
    callback: UUID = field(default_factory=uuid4)
    attempt: UUID = field(default_factory=uuid4)
    call: UUID = field(default_factory=uuid4)
    live: set[UUID] = field(default_factory=set)

    def write(self, *facts: Any) -> None:
        self.told += facts

    def __post_init__(self) -> None:
        self.told: list[Any] = []
        self.key: dict[str, Any] = {"call_id": self.call, "arrived_at": NOW, "at": NOW}

    async def begin(self) -> None:
        await self._tell(
            CallbackBooked(
                **self.key,
                callback_id=self.callback,
                number="13800138000",
                due_at=NOW,
                queue_id=uuid4(),
            ),
            AttemptMade(
                **self.key,
                attempt_id=self.attempt,
                leg_id=f"{self.call}-c1",
                node="node1",
                purpose=Purpose.CALLBACK,
                number="+8613800138000",
                shown="95001",
                trunk="world",
                callback_id=self.callback,
            ),
        )

    async def ended(self, outcome: AttemptOutcome) -> None:
        await self._tell(AttemptEnded(**self.key, attempt_id=self.attempt, outcome=outcome))

    async def seen(self, *events: str) -> None:
        """What Asterisk wrote of the customer's channel."""
        for position, event in enumerate(events):
            await self._saw(position, event)

    async def _saw(self, position: int, event: str) -> None:
        insert = """
            INSERT INTO cel_raw (node, source, position, at, event, unique_id, linked_id, fields)
            VALUES ('node1', 'log', $1, $2, $3, $4, $4, '{}')
        """
        values = position, NOW, event, f"{self.call}-c1"
        await self.ask(lambda db: db.execute(insert, *values))

    async def restart(self) -> tuple[Sequence[Any], Sequence[Any]]:
        """The attempt and the callback, as the next process leaves them."""
        clock = WallClock()
        clock.at = NOW
        is_live = self.live.__contains__
        seconds = RETRY.total_seconds()
        await LeftBehind(self.ask, self, clock, "node1", seconds, is_live).close()  # type: ignore[arg-type]
        await self._tell(*self.told)
        attempt = await self._row("SELECT outcome, reason FROM attempt WHERE id = $1", self.attempt)
        what = "SELECT state, due_at FROM callback WHERE id = $1"
        return attempt, await self._row(what, self.callback)

    async def _tell(self, *facts: Any) -> None:
        await self.ask(lambda db: fact_sql.apply(db, facts))  # type: ignore[arg-type]

    async def _row(self, query: str, value: UUID) -> tuple[Any, ...]:
        return tuple(await self.ask(lambda db: db.fetchrow(query, value)))


@pytest.fixture
async def behind(database_url: str) -> AsyncIterator[Behind]:
    async with asking(database_url) as ask:
        behind = Behind(ask)
        await behind.begin()
        yield behind


async def test_what_was_never_dialled_is_due_at_once(behind: Behind) -> None:
    attempt, callback = await behind.restart()

    assert attempt == ("failed", "not_dialled")
    assert callback == ("due", NOW)


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        (("CHAN_START", "HANGUP", "CHAN_END"), "cancelled"),
        (("CHAN_START", "ANSWER", "HANGUP", "CHAN_END"), "answered"),
    ],
)
async def test_what_was_dialled_waits_for_the_next_try(
    behind: Behind, events: tuple[str, ...], outcome: str
) -> None:
    await behind.seen(*events)

    attempt, callback = await behind.restart()

    assert attempt == (outcome, "engine_restart")
    assert callback == ("due", NOW + RETRY)


async def test_a_customer_who_is_on_the_line_is_not_called_again(behind: Behind) -> None:
    await behind.seen("CHAN_START", "ANSWER")
    behind.live.add(behind.call)

    attempt, callback = await behind.restart()

    assert attempt == ("answered", "engine_restart")
    assert callback[0] == "done"


@pytest.mark.parametrize(("is_live", "state"), [(True, "done"), (False, "due")])
async def test_an_answer_that_was_written_is_settled_by_who_is_there(
    behind: Behind, *, is_live: bool, state: str
) -> None:
    await behind.ended(AttemptOutcome.ANSWERED)
    if is_live:
        behind.live.add(behind.call)

    attempt, callback = await behind.restart()

    assert attempt == ("answered", None)
    assert callback[0] == state
