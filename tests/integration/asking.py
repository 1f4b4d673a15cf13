"""A port to a database of a test: what the engine's `ask` is."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar

from ari_app.domain.errors import Unavailable
from ari_app.store.db import Db, Pool, open_pool

T = TypeVar("T")


class Asking:
    """`away` makes every question fail, `asked` counts them."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.away = False
        self.asked = 0

    async def __call__(self, question: Callable[[Db], Awaitable[T]]) -> T:
        self.asked += 1
        if self.away:
            raise Unavailable("PostgreSQL: away")
        async with self.pool.acquire() as connection:
            return await question(connection)


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[Asking]:
    pool = await open_pool(url, size=3)
    try:
        yield Asking(pool)
    finally:
        await pool.close()


class WallClock:
    """Tells `at` once that is set."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at or datetime.now(UTC)

    def monotonic(self) -> float:
        return self.now().timestamp()
