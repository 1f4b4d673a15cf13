"""The private servers every installation and these tests run on."""

import asyncio
import os
import stat
from pathlib import Path

import asyncpg
import pytest

from ari_app.domain.errors import Unavailable
from ari_app.site.postgres import Postgres
from ari_app.site.redis import Redis
from ari_app.site.users import service_user
from ari_app.store.db import Connection, allow_logins, connector, ensure_database


async def test_starting_what_runs_and_stopping_what_does_not_is_harmless(
    postgres: Postgres,
) -> None:
    before = postgres.pid

    await postgres.start()
    assert (postgres.pid, await postgres.is_ready()) == (before, True)

    await postgres.stop()
    await postgres.stop()
    assert (postgres.pid, await postgres.is_ready()) == (None, False)
    await postgres.start()


async def test_postgres_keeps_every_commit_and_asks_for_a_password(
    postgres: Postgres, db: Connection
) -> None:
    assert await db.fetchval("SHOW fsync") == "on"
    assert await db.fetchval("SHOW synchronous_commit") == "on"
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.url().replace("secret", "guess"))


async def test_postgres_refuses_a_port_in_use_with_the_reason(
    postgres: Postgres, servers_folder: Path
) -> None:
    rival = Postgres(servers_folder / "rival", postgres.port, "x", service_user(["postgres"]))
    await rival.init()

    with pytest.raises(Unavailable, match="in use"):
        await rival.start()


async def test_a_role_may_log_in_once_it_has_a_password(
    postgres: Postgres, database_url: str
) -> None:
    admin = await connector(database_url)()
    await allow_logins(admin, [("hotline_engine", "it's")])
    await admin.close()

    name = database_url.rpartition("/")[2]
    engine = await asyncpg.connect(
        host="127.0.0.1", port=postgres.port, user="hotline_engine", password="it's", database=name
    )
    assert await engine.fetchval("SELECT count(*) FROM call") == 0
    await engine.close()


async def test_a_database_is_made_once(postgres: Postgres) -> None:
    await ensure_database(postgres.url(), 'with "quotes"')
    await ensure_database(postgres.url(), 'with "quotes"')


async def test_redis_stops_and_starts_again(redis_server: Redis) -> None:
    assert await redis_server.is_ready()

    await redis_server.stop()
    assert not await redis_server.is_ready()
    await redis_server.stop()

    await redis_server.start()
    await redis_server.start()
    assert await redis_server.is_ready()


async def test_redis_answers_nobody_without_the_password(redis_server: Redis) -> None:
    stranger = Redis(redis_server.folder, redis_server.port, "guess")

    assert not await stranger.is_ready()


async def test_secrets_are_readable_to_their_user_only(
    postgres: Postgres, redis_server: Redis
) -> None:
    for path in (postgres.folder / "data/pg_hba.conf", redis_server.folder / "redis.conf"):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert not await asyncio.to_thread((postgres.folder / "password").exists)
