"""How the engine asks PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import asyncpg
import pytest

from ari_app.app import Engine
from ari_app.domain.errors import NotFound, Unavailable


class Lender:
    """A pool as far as `ask` uses it."""

    @asynccontextmanager
    async def acquire(self, timeout: float) -> AsyncIterator[str]:  # noqa: ASYNC109 - asyncpg's
        yield "a connection"


async def ask(question: Any) -> Any:
    return await Engine.ask(cast(Engine, SimpleNamespace(pool=Lender())), question)


async def raising(error: Exception) -> None:
    raise error


async def test_the_question_gets_a_connection_of_the_pool() -> None:
    async def question(db: str) -> str:
        return db

    assert await ask(question) == "a connection"


@pytest.mark.parametrize(
    "error",
    [OSError("gone"), TimeoutError(), asyncpg.InternalClientError("another operation is going on")],
)
async def test_trouble_with_the_server_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable, match=r"PostgreSQL: ."):
        await ask(lambda _: raising(error))


async def test_any_other_error_stays_what_it_is() -> None:
    with pytest.raises(NotFound):
        await ask(lambda _: raising(NotFound("agent", 1)))
