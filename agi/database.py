"""PostgreSQL as the scripts may use it: an answer within seconds, or Unavailable."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from ari_app.domain.errors import Unavailable
from ari_app.store.db import is_trouble

T = TypeVar("T")

CONNECTIONS = 4
CONNECT_SECONDS = 1.0
COMMAND_SECONDS = 3.0
_ABANDON_SECONDS = 0.1


class Database:
    """Gives up on time even where asyncpg does not.

    A cancelled query waits for the server to confirm, which a frozen server never does. So each
    question is a task of its own: its asker leaves it behind, and the next one takes another
    connection.
    """

    def __init__(self, db: Any, group: asyncio.TaskGroup) -> None:
        self._db = db
        self._group = group
        self._asked: set[asyncio.Task[Any]] = set()

    async def ask(self, question: Callable[[Any], Awaitable[T]], *, seconds: float) -> T:
        """
        Raises:
            Unavailable: no answer in time, no connection, or an error of the server.
        """
        answer: list[T] = []
        task = self._group.create_task(self._put(question, answer), name="agi question")
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)
        try:
            done, _ = await asyncio.wait({task}, timeout=seconds)
        finally:
            task.cancel()
        if not done or task.cancelled():
            raise Unavailable(f"no answer from PostgreSQL in {seconds} s")
        if (error := task.result()) is not None:
            raise error
        return answer[0]

    async def _put(
        self, question: Callable[[Any], Awaitable[T]], answer: list[T]
    ) -> Exception | None:
        """Returns what went wrong: an exception would end every task of the group."""
        try:
            answer.append(await question(self._db))
        except Exception as error:
            if not is_trouble(error):
                return error
            unavailable = Unavailable(f"PostgreSQL: {type(error).__name__}")
            unavailable.__cause__ = error
            return unavailable
        return None

    async def abandon(self) -> None:
        """The first cancellation ends a query, the second the wait for its confirmation."""
        for _ in range(2):
            for task in self._asked:
                task.cancel()
            if self._asked:
                await asyncio.wait(self._asked, timeout=_ABANDON_SECONDS)


async def _keep(connection: Any) -> None:
    """Single statements leave nothing behind that the next one would need to be rid of; asking
    the server to forget it all is a round trip the caller would wait for."""


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Connects when first asked and stays connected, so that we start without PostgreSQL."""
    pool = asyncpg.create_pool(
        url,
        min_size=0,
        max_size=CONNECTIONS,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        max_inactive_connection_lifetime=0,
        reset=_keep,
        server_settings={
            "application_name": "hotline agi",
            "statement_timeout": str(int(COMMAND_SECONDS * 1000)),
        },
    )
    await pool
    try:
        async with asyncio.TaskGroup() as group:
            database = Database(pool, group)
            try:
                yield database
            finally:
                await database.abandon()
    finally:
        pool.terminate()
