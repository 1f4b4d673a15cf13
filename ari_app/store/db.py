"""The slice of asyncpg that store functions use, and how connections are made."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeAlias, TypeVar

import asyncpg

from ari_app.domain.errors import Unavailable

T = TypeVar("T")

_log = logging.getLogger(__name__)

STRANDED_SECONDS = 5

# What asyncpg raises when PostgreSQL is at fault. The third is how it reports a server that
# says good-bye to a connection nobody is using ("another operation is in progress").
TROUBLE = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


@contextmanager
def reaching() -> Iterator[None]:
    """Whatever asyncpg says when PostgreSQL is at fault becomes Unavailable."""
    try:
        yield
    except Exception as error:
        if not is_trouble(error):
            raise
        raise Unavailable(f"PostgreSQL: {str(error) or type(error).__name__}") from error


def is_trouble(error: Exception) -> bool:
    """Is PostgreSQL at fault? Also of a connection that was lost this moment: asyncpg asks it for
    its protocol, which is None by then."""
    if isinstance(error, AttributeError):
        return error.obj is None and hasattr(asyncpg.protocol.Protocol, error.name or "")
    return isinstance(error, TROUBLE)


class Db(Protocol):
    """A connection or a pool fits. The caller owns the transaction."""

    async def execute(self, query: str, *args: Any) -> str: ...
    async def fetch(self, query: str, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...


# Quoted: the classes are generic for the type checker only.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connect: TypeAlias = "Callable[[], Awaitable[Connection]]"


def connector(database_url: str, *, within: float = 0.5) -> Connect:
    """How a part that owns one connection makes it; each raises Unavailable after `within` s.

    PostgreSQL itself ends what a lost connection left behind after STRANDED_SECONDS.
    """
    stranded = str(STRANDED_SECONDS * 1000)

    async def connect() -> Connection:
        with reaching():
            return await asyncpg.connect(
                database_url,
                timeout=within,
                max_cached_statement_lifetime=0,
                server_settings={
                    "statement_timeout": stranded,
                    "idle_in_transaction_session_timeout": stranded,
                },
            )

    return connect


async def open_pool(database_url: str, *, size: int = 10, deadline: float = 2.0) -> Pool:
    """A pool whose statements end after `deadline` seconds, here and in PostgreSQL.

    What is asked on its connections must leave no session lock, cursor, listener or setting.

    Raises:
        Unavailable: PostgreSQL does not answer.
    """
    milliseconds = str(int(deadline * 1000))
    with reaching():
        return await asyncpg.create_pool(
            database_url,
            min_size=1,
            max_size=size,
            timeout=deadline,
            command_timeout=deadline,
            reset=_as_it_is,
            max_cached_statement_lifetime=0,
            server_settings={
                # Whatever is asked again and again finds its rows by a key: planning it anew for
                # the values, over all partitions, takes ten times as long as doing it.
                "plan_cache_mode": "force_generic_plan",
                "statement_timeout": milliseconds,
                "idle_in_transaction_session_timeout": milliseconds,
            },
        )


async def patient_pool(url: str, *, within: float = 60.0) -> Pool:
    """A pool of a database that may still be starting. Raises Unavailable after `within` s."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        try:
            return await open_pool(url)
        except Unavailable:
            if loop.time() > deadline:
                raise
            await asyncio.sleep(1.0)


async def ask(pool: Pool, question: Callable[[Db], Awaitable[T]]) -> T:
    """Runs a store function on a connection of the pool; raises Unavailable."""
    with reaching():
        async with pool.acquire(timeout=2.0) as connection:
            return await question(connection)


async def _as_it_is(connection: object) -> None:
    """asyncpg would clear the session after each question: a second round trip."""


async def ensure_database(admin_url: str, name: str) -> None:
    """Makes the database unless it is there; `admin_url` leads to another of the cluster."""
    connection = await connector(admin_url, within=5.0)()
    try:
        await connection.execute(f"CREATE DATABASE {_quoted(name)}")
    except asyncpg.DuplicateDatabaseError:
        _log.debug("database is there already")
    finally:
        await connection.close()


async def allow_logins(db: Db, passwords: Iterable[tuple[str, str]]) -> None:
    """Lets roles (name, password) log in. PostgreSQL takes no parameters in ALTER ROLE."""
    for role, password in passwords:
        command = await db.fetchval(
            "SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)", role, password
        )
        await db.execute(command)


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
