"""PostgreSQL comes and goes, processes die and inherit: the rows are those of the facts, once."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain import facts as f
from ari_app.domain.errors import Unavailable
from ari_app.lab.lab import until
from ari_app.store import seed
from ari_app.store.db import Connection, connector
from ari_app.store.journal import Journal
from tests.integration.drawn import drawn
from tests.integration.store.story import Story, moved
from tests.integration.store.test_fact_sql import TABLES, rows, told


class Door:
    """The way to PostgreSQL, which can be shut."""

    def __init__(self, url: str) -> None:
        self._connect = connector(url)
        self._through: list[Connection] = []
        self.is_open = True

    async def __call__(self) -> Connection:
        if not self.is_open:
            raise Unavailable("the door is shut")
        connection = await self._connect()
        self._through.append(connection)
        return connection

    def turn(self) -> None:
        self.is_open = not self.is_open
        if not self.is_open:
            for connection in self._through:
                connection.terminate()
            self._through.clear()


class Processes:
    """One writes at a time; the next one inherits its folder."""

    def __init__(self, door: Door, folder: Path) -> None:
        self._door, self._folder, self._count = door, folder, 0
        self.journal = self._begin()

    def _begin(self) -> Journal:
        journal = Journal(self._door, self._folder / str(self._count), lease=None)
        self._task = asyncio.create_task(journal.run())
        return journal

    async def end(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def die(self) -> None:
        """At once, and nothing it does while ending counts: the folder is as it was."""
        before = self._folder / str(self._count)
        self._count += 1
        after = self._folder / str(self._count)
        if before.exists():
            shutil.copytree(before, after)
        await self.end()
        self.journal = self._begin()

    async def drained(self) -> None:
        await until(self._is_drained, 30, "all spooled facts are in")

    async def _is_drained(self) -> bool:
        state = self.journal.state
        return state.away_since is None and not state.spooled


@pytest.fixture
async def seeded(database_url: str) -> AsyncIterator[Connection]:
    connection: Connection = await asyncpg.connect(database_url)
    await seed.seed(connection)
    yield connection
    await connection.close()


def a_day() -> list[f.Fact]:
    first, second = Story(), Story()
    agents = [moved(1001, version, "ready") for version in (1, 2, 3)]
    return [*first.talked(), *agents, *second.talked()]


HAPPENINGS = st.lists(
    st.sampled_from(["write", "write", "commit", "repeat", "turn", "die", "pause"]), max_size=24
)


@given(HAPPENINGS, st.integers(1, 12))
@drawn(20)
async def test_what_was_said_to_be_safe_is_there_once(
    seeded: Connection, database_url: str, happenings: Sequence[str], at_once: int
) -> None:
    await seeded.execute("; ".join(f"DELETE FROM {table}" for table in TABLES))
    facts = a_day()
    expected = await told(seeded, facts)
    door = Door(database_url)
    with TemporaryDirectory() as folder:
        processes = Processes(door, Path(folder))
        safe = 0
        for what in happenings:
            if what in ("write", "commit", "repeat"):
                start = max(0, safe - at_once) if what == "repeat" else safe
                batch = facts[start : start + at_once]
                journal = processes.journal
                journal.write(*batch)
                await (journal.committed() if what == "commit" else journal.durable())
                safe = max(safe, start + len(batch))
            elif what == "turn":
                door.turn()
            elif what == "die":
                await processes.die()
            else:
                await asyncio.sleep(0.4)
        if not door.is_open:
            door.turn()
        await processes.journal.record(*facts[safe:])
        await processes.drained()
        await processes.end()

    assert await rows(seeded) == expected
