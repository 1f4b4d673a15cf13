"""How the engine asks PostgreSQL, and what it does with a channel that nobody expects."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import asyncpg
import pytest

from ari_app.app import Engine
from ari_app.ari import Stats
from ari_app.ari.decode import decode_frame
from ari_app.ari.events import StasisStart
from ari_app.domain.errors import NotFound, Unavailable
from ari_app.workers.live_tasks import LiveTasks
from tests.fakes.ari_server import NOW, channel_json


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


class Switch:
    """Hangs up, and remembers whom."""

    def __init__(self) -> None:
        self.hung_up: list[str] = []

    async def hang_up(self, channel_id: str) -> None:
        self.hung_up.append(channel_id)


def enters(channel_id: str, *arguments: str) -> StasisStart:
    frame = {
        "type": "StasisStart",
        "application": "hotline-0",
        "timestamp": NOW,
        "args": arguments,
        "channel": channel_json(channel_id),
    }
    event = decode_frame(json.dumps(frame).encode(), Stats())
    assert isinstance(event, StasisStart)
    return event


@pytest.mark.parametrize(
    ("arguments", "hung_up"),
    [
        (("leg", "a call"), ["ours-a1"]),  # its place in line is gone: nobody else would end it
        (("something", "new"), []),
        ((), []),
    ],
)
async def test_a_leg_that_answers_too_late_is_hung_up(
    arguments: tuple[str, ...], hung_up: list[str]
) -> None:
    switch, strays = Switch(), LiveTasks("stray leg")
    engine = cast(Engine, SimpleNamespace(switch=switch, strays=strays))

    Engine._stray(engine, enters("ours-a1", *arguments), "hotline-0")
    while strays:  # noqa: ASYNC110
        await asyncio.sleep(0)

    assert switch.hung_up == hung_up
