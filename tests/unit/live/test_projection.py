import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
import redis.asyncio

from ari_app.live import keys
from ari_app.live.projection import CHECK_SECONDS, LiveView
from tests.fakes.live_redis import FakeRedis


class Wall:
    """The engine's side: what is so at this moment."""

    def __init__(self) -> None:
        self.agents: dict[str, str] = {"8001": "ready", "8002": "paused"}

    def __call__(self) -> Mapping[str, Mapping[str, Any]]:
        return {keys.AGENTS: self.agents, keys.WAITING: {}}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeRedis:
    server = FakeRedis()
    monkeypatch.setattr(redis.asyncio.Redis, "from_url", lambda *_, **__: server)
    return server


@asynccontextmanager
async def shown(wall: Wall) -> AsyncIterator[LiveView]:
    view = LiveView("redis://127.0.0.1:1", wall)
    running = asyncio.create_task(view.run())
    try:
        await asyncio.sleep(0.1)
        yield view
    finally:
        running.cancel()
        await asyncio.wait((running,))


def agents(server: FakeRedis) -> dict[str, bytes]:
    return server.hashes[keys.AGENTS]


async def test_all_there_is_is_written_at_the_start(server: FakeRedis) -> None:
    server.hashes[keys.AGENTS]["8009"] = b'"of an earlier life"'

    async with shown(Wall()):
        assert agents(server) == {"8001": b'"ready"', "8002": b'"paused"'}


async def test_a_change_is_written_and_told_at_once(server: FakeRedis) -> None:
    async with shown(Wall()) as view:
        view.put(keys.AGENTS, "8001", "talking")
        await asyncio.sleep(0.1)

        assert agents(server)["8001"] == b'"talking"'
        assert server.news == [b'["hotline:agents","8001","talking"]']


async def test_of_many_changes_of_one_field_the_last_is_written(server: FakeRedis) -> None:
    async with shown(Wall()) as view:
        for state in ("reserved", "talking", "wrap_up"):
            view.put(keys.AGENTS, "8001", state)
        await asyncio.sleep(0.1)

        assert agents(server)["8001"] == b'"wrap_up"'
        assert (len(server.news), server.writes) == (1, 2)


async def test_what_is_gone_is_removed(server: FakeRedis) -> None:
    async with shown(Wall()) as view:
        view.put(keys.AGENTS, "8001", None)
        await asyncio.sleep(0.1)

        assert agents(server) == {"8002": b'"paused"'}
        assert server.news == [b'["hotline:agents","8001",null]']


async def test_watchers_see_since_when_nobody_looks_after_it(server: FakeRedis) -> None:
    async with shown(Wall()):
        first = server.strings[keys.SEEN]
        await asyncio.sleep(CHECK_SECONDS + 0.1)
        assert server.strings[keys.SEEN] > first
    last = server.strings[keys.SEEN]
    await asyncio.sleep(60)

    assert server.strings[keys.SEEN] == last
    assert datetime.fromisoformat(last.decode()).tzinfo is not None


async def test_without_changes_nothing_is_written(server: FakeRedis) -> None:
    async with shown(Wall()):
        await asyncio.sleep(60)

        assert server.writes == 1


async def test_a_view_that_redis_lost_is_built_afresh_within_seconds(server: FakeRedis) -> None:
    async with shown(Wall()):
        server.flush()
        await asyncio.sleep(CHECK_SECONDS + 0.1)

        assert agents(server) == {"8001": b'"ready"', "8002": b'"paused"'}


async def test_what_changed_while_redis_was_away_is_shown_when_it_is_back(
    server: FakeRedis,
) -> None:
    wall = Wall()
    async with shown(wall) as view:
        server.is_away = True
        wall.agents["8001"] = "talking"
        view.put(keys.AGENTS, "8001", "talking")
        await asyncio.sleep(5)
        assert view.away_since is not None
        server.is_away = False
        await asyncio.sleep(1.1)

        assert agents(server)["8001"] == b'"talking"'
        assert view.away_since is None


async def test_its_absence_is_logged_once(
    server: FakeRedis, caplog: pytest.LogCaptureFixture
) -> None:
    server.is_away = True

    async with shown(Wall()):
        await asyncio.sleep(60)

    assert [record.message for record in caplog.records] == [
        "live view is away: Connection refused"
    ]


async def test_the_connection_is_closed_at_the_end(server: FakeRedis) -> None:
    async with shown(Wall()):
        pass

    assert server.closed
