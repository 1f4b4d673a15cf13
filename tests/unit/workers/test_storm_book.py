"""A storm begins with the next call and ends at its deadline, whoever is away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from ari_app.domain.errors import Unavailable
from ari_app.flows.beside import beside
from ari_app.workers.storm_book import StormBook
from tests.fakes.clock import NOON, LoopClock

PROFILE = b'{"announcement": ["many-callers-now"]}'


class Table:
    """At most one row; a change is told at once."""

    def __init__(self) -> None:
        self.row: dict[str, Any] | None = None
        self.is_away = False
        self.noted = 0
        self._tell: Callable[[], object] = str

    async def ask(self, question: Callable[[Any], Any]) -> Any:
        if self.is_away:
            raise Unavailable("away")
        return await question(self)

    async def fetchrow(self, query: str, *_: object) -> Any:
        return self.row

    async def execute(self, query: str, *_: object) -> None:
        self.noted += 1

    async def listen(self, heard: Callable[[], object]) -> None:
        self._tell = heard
        heard()
        await asyncio.Event().wait()

    async def set(self, hours: float | None, profile: bytes = PROFILE) -> None:
        self.row = None if hours is None else {
            "id": UUID(int=1), "name": "typhoon", "profile": profile, "who": "tester",
            "why": "wind", "began_at": NOON, "until": NOON + timedelta(hours=hours),
        }  # fmt: skip
        self._tell()
        await asyncio.sleep(0.01)


@pytest.fixture
async def table() -> Table:
    return Table()


@asynccontextmanager
async def running(table: Table) -> AsyncIterator[tuple[StormBook, list[str]]]:
    """With what its watchers saw: the name of the storm, or nothing."""
    book, seen = StormBook(table.ask, table.listen, LoopClock()), list[str]()
    book.watch(lambda: seen.append(book.now.name if book.now else ""))
    async with beside(book.run(), "storm book"):
        await asyncio.sleep(0.01)
        yield book, seen


async def test_it_is_on_at_once_and_off_at_its_deadline_and_that_is_written_down(
    table: Table,
) -> None:
    async with running(table) as (book, seen):
        await table.set(4)
        assert book.now is not None
        await asyncio.sleep(4 * 3600 - 1)
        assert book.now is not None
        table.row = None
        await asyncio.sleep(2)

        assert book.now is None
        assert (seen, table.noted) == (["typhoon", ""], 1)


async def test_it_ends_while_postgresql_is_away(table: Table) -> None:
    async with running(table) as (book, seen):
        await table.set(1)
        table.is_away = True

        await asyncio.sleep(3601)

        assert (book.now, seen) == (None, ["typhoon", ""])


async def test_it_can_be_ended_before_and_another_begun(table: Table) -> None:
    async with running(table) as (book, seen):
        await table.set(4)
        await table.set(None)
        await table.set(0.5)

        assert seen == ["typhoon", "", "typhoon"]
        await asyncio.sleep(1801)
        assert book.now is None


async def test_what_cannot_be_read_changes_nothing(table: Table) -> None:
    async with running(table) as (book, seen):
        await table.set(4)

        await table.set(4, b'{"announcement": 7}')

        assert book.now is not None
        assert seen == ["typhoon"]
        with pytest.raises(msgspec.MsgspecError):
            msgspec.json.decode(b'{"announcement": 7}', type=type(book.now.profile))
