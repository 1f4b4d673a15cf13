"""Private PostgreSQL and Redis servers for the session, a fresh database for each test."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from ari_app.site.ports import free_ports
from ari_app.site.postgres import Postgres
from ari_app.site.redis import Redis
from ari_app.site.users import service_user
from ari_app.store.db import Connection, ensure_database
from ari_app.store.migrate import migrate

TEMPLATE = "hotline_template"
NUMBERS = itertools.count(1)
ROOM_BYTES = 4 * 2**30
FILE_COPY_SINCE = 15  # before, copying files was the only strategy


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """Not pytest's tmp_path: other users than ours must reach it. In memory where that has
    room, for a database is some 400 small files and each test may have one."""
    with tempfile.TemporaryDirectory(prefix="hotline-test-", dir=_roomy_memory()) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _roomy_memory() -> Path | None:
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES
    return memory if has_room else None


@pytest.fixture(scope="session")
def postgres(servers_folder: Path) -> Iterator[Postgres]:
    (port,) = free_ports(1)
    server = Postgres(servers_folder / "postgres", port, "secret", service_user(["postgres"]))
    asyncio.run(_start_postgres(server))
    try:
        yield server
    finally:
        asyncio.run(server.stop())


async def _start_postgres(server: Postgres) -> None:
    await server.init()
    await server.start()
    await ensure_database(server.url(), TEMPLATE)
    await migrate(server.url(TEMPLATE))


@pytest.fixture(scope="session")
def redis_server(servers_folder: Path) -> Iterator[Redis]:
    (port,) = free_ports(1)
    server = Redis(servers_folder / "redis", port, "secret", service_user(["redis"]))
    asyncio.run(_start_redis(server))
    try:
        yield server
    finally:
        asyncio.run(server.stop())


async def _start_redis(server: Redis) -> None:
    await server.init()
    await server.start()


@pytest.fixture
async def database_url(postgres: Postgres) -> str:
    """A database with the newest schema and nothing in it, for tests that commit."""
    name = f"test_{next(NUMBERS)}"
    await _copy_template(postgres, name)
    return postgres.url(name)


@pytest.fixture(scope="session")
def shared_database_url(postgres: Postgres) -> str:
    asyncio.run(_copy_template(postgres, "shared"))
    return postgres.url("shared")


@pytest.fixture
async def db(shared_database_url: str) -> AsyncIterator[Connection]:
    """A connection whose work is undone after the test."""
    connection: Connection = await asyncpg.connect(shared_database_url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


async def _copy_template(server: Postgres, name: str) -> None:
    admin: Connection = await asyncpg.connect(server.url())
    try:
        copying = "STRATEGY FILE_COPY" if admin.get_server_version()[0] >= FILE_COPY_SINCE else ""
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} {copying}")
    finally:
        await admin.close()
