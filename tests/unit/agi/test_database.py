"""Answers within seconds, whatever PostgreSQL does."""

import asyncio
from typing import Any

import asyncpg
import pytest

from agi.database import Database, open_database
from ari_app.domain.errors import NotFound, Unavailable


async def ask(question: Any, seconds: float = 0.02) -> Any:
    async with asyncio.TaskGroup() as group:
        return await Database("the pool", group).ask(question, seconds=seconds)


async def raising(error: Exception) -> None:
    raise error


async def test_the_answer_is_handed_back() -> None:
    async def question(db: str) -> str:
        return db

    assert await ask(question) == "the pool"
    assert await ask(lambda db: asyncio.sleep(0, None)) is None


@pytest.mark.parametrize(
    "error",
    [
        OSError(),
        TimeoutError(),
        asyncpg.PostgresError(),
        asyncpg.InterfaceError("closed"),
        asyncpg.InternalClientError("another operation is in progress"),
    ],
)
async def test_trouble_with_the_server_is_unavailable(error: Exception) -> None:
    async with asyncio.TaskGroup() as group:
        with pytest.raises(Unavailable) as caught:
            await Database(None, group).ask(lambda _: raising(error), seconds=1)

    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [NotFound("route", "x"), KeyError("x")])
async def test_any_other_error_stays_what_it_is(error: Exception) -> None:
    async with asyncio.TaskGroup() as group:
        with pytest.raises(type(error)):
            await Database(None, group).ask(lambda _: raising(error), seconds=1)


async def test_a_question_that_cannot_be_cancelled_is_left_behind() -> None:
    thawed = asyncio.Event()

    async def frozen(_db: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await thawed.wait()

    async with asyncio.timeout(1), asyncio.TaskGroup() as group:
        database = Database(None, group)
        with pytest.raises(Unavailable):
            await database.ask(frozen, seconds=0.01)
        await database.abandon()


async def test_nothing_needs_to_be_there_at_the_start() -> None:
    async with open_database("postgresql://hotline@127.0.0.1:1/hotline") as database:
        with pytest.raises(Unavailable):
            await database.ask(lambda db: db.fetchval("SELECT 1"), seconds=1)
