"""Commits batches of facts over one connection: fenced, each transaction with a deadline."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from ari_app.domain.errors import Fenced, Unavailable
from ari_app.domain.facts import Fact, encode
from ari_app.store import fact_sql
from ari_app.store.db import Connection, is_trouble
from ari_app.store.fact_sql import procedure
from ari_app.store.lease import Lease

DEADLINE = 0.6  # seconds for a transaction
DEADLINE_PER_FACT = 0.002  # more; about ten times what a fact takes
MOST_PATIENCE = 8.0  # times the deadline: just short of STRANDED_SECONDS for a single fact

# The fact itself is wrong: repeating it will not help, and others need not wait for it. Any
# other trouble is the database's, and the fact has to be kept until it is over.
POISON = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    ValueError,  # text that is not Unicode
    TypeError,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """All lines of a spool up to this one are in PostgreSQL."""

    spool: UUID
    line: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """A fact that can never be written, and PostgreSQL's reason."""

    fact: Fact
    error: str


class FactWriter:
    """An Unavailable it raises ends it: what it was committing may be written or not."""

    def __init__(self, connection: Connection, lease: Lease | None, failures: int = 0) -> None:
        """Args: failures: how often in a row it failed until now, see `commit`."""
        self._connection = connection
        self._lease = lease
        self._patience = patience(failures)

    async def open(self) -> None:
        """Before the first batch. Raises: Unavailable."""
        with self._guarded():
            # Every statement finds its row by a key: no plan needs to look at the values, which
            # takes longer than the statement where a table has partitions.
            await self._connection.execute("SET plan_cache_mode = force_generic_plan")
            await self._connection.execute(procedure.definition(fact_sql.STATEMENTS))

    def close(self) -> None:
        """At once, without asking a server that may not answer."""
        self._connection.terminate()

    async def commit(
        self,
        facts: Sequence[Fact],
        mark: Mark | None = None,
        failures: int = 0,
        *,
        flush: bool = True,
    ) -> list[Rejection]:
        """One transaction; if a fact is refused, one by one, each refusal kept with its reason.

        Args:
            failures: how often in a row committing has failed. Each doubles the deadline: a
                machine that is too busy for it today would else never get a fact in.
            flush: wait until it is on PostgreSQL's disk, with all that was committed before; also
                without facts. Else it is there within a second, unless PostgreSQL dies before.

        Raises:
            Fenced: the lease was taken by another; nothing was written.
            Unavailable: PostgreSQL is away or slow.
        """
        self._patience = patience(failures)
        try:
            if mark is None:
                await self._commit_at_once(facts, flush=flush)
            else:
                async with self._transaction(len(facts), mark):
                    await fact_sql.apply(self._connection, facts)
            return []
        except POISON:
            return await self._commit_one_by_one(facts, mark)

    async def _commit_at_once(self, facts: Sequence[Fact], *, flush: bool) -> None:
        lease = self._lease
        whose = (lease.name, lease.fence) if lease else (None, None)
        with self._guarded(DEADLINE + DEADLINE_PER_FACT * len(facts)):
            told = procedure.argument(facts)
            if not await self._connection.fetchval(procedure.CALL, told, *whose, flush):
                raise _fenced(lease)

    async def _commit_one_by_one(self, facts: Sequence[Fact], mark: Mark | None) -> list[Rejection]:
        rejections = []
        for fact in facts:
            try:
                async with self._transaction(1):
                    await fact_sql.apply(self._connection, [fact])
            except POISON as error:
                rejections.append(Rejection(fact, f"{type(error).__name__}: {error}"))
        async with self._transaction(len(rejections), mark):
            await self._keep(rejections)
        return rejections

    async def _keep(self, rejections: Sequence[Rejection]) -> None:
        rows = []
        for rejection in rejections:
            text = encode(rejection.fact)
            digest = hashlib.sha256(text).hexdigest()
            rows.append((digest, text.decode(), _storable(rejection.error)))
        await self._connection.executemany(
            """
            INSERT INTO rejected_fact (digest, fact, error)
            VALUES ($1, $2, $3)
            ON CONFLICT (digest) DO NOTHING
            """,
            rows,
        )

    async def marks(self, spools: Sequence[UUID]) -> dict[UUID, int]:
        """How far each of these spools is in PostgreSQL; those not begun are left out."""
        with self._guarded():
            rows = await self._connection.fetch(
                "SELECT spool, line FROM spool_mark WHERE spool = ANY($1)", spools
            )
        return {row["spool"]: row["line"] for row in rows}

    async def forget(self, spool: UUID) -> None:
        """The spool's file is gone, so its mark may go."""
        with self._guarded():
            await self._connection.execute("DELETE FROM spool_mark WHERE spool = $1", spool)

    @asynccontextmanager
    async def _transaction(self, size: int, mark: Mark | None = None) -> AsyncIterator[None]:
        with self._guarded(DEADLINE + DEADLINE_PER_FACT * size):
            async with self._connection.transaction():
                await self._check_lease()
                yield
                if mark is not None:
                    await self._advance(mark)

    @contextmanager
    def _guarded(self, deadline: float = DEADLINE) -> Iterator[None]:
        """Closes the connection at the deadline: cancelling asks a server that may be frozen."""
        loop, deadline = asyncio.get_running_loop(), deadline * self._patience
        timer = loop.call_later(deadline, self.close)
        try:
            yield
        except POISON:
            raise
        except Exception as error:
            if not is_trouble(error):
                raise
            self.close()
            if timer.when() <= loop.time():
                raise Unavailable(f"PostgreSQL: no answer within {deadline:.1f} s") from error
            cause = error.__context__ or error  # not that the roll-back failed, too
            raise Unavailable(f"PostgreSQL: {cause or type(cause).__name__}") from error
        finally:
            timer.cancel()

    async def _check_lease(self) -> None:
        """FOR SHARE: nobody can take the lease between this look and our commit."""
        if self._lease is None:
            return
        is_ours = await self._connection.fetchval(
            "SELECT true FROM lease WHERE name = $1 AND fence = $2 FOR SHARE",
            self._lease.name,
            self._lease.fence,
        )
        if is_ours is None:
            raise _fenced(self._lease)

    async def _advance(self, mark: Mark) -> None:
        await self._connection.execute(
            """
            INSERT INTO spool_mark (spool, line)
            VALUES ($1, $2)
            ON CONFLICT (spool) DO UPDATE
               SET line = greatest(spool_mark.line, excluded.line),
                   changed_at = now()
            """,
            mark.spool,
            mark.line,
        )


def patience(failures: int) -> float:
    """Times the deadline. An outage may last for days: the power must not grow with it."""
    return float(min(2.0 ** min(failures, 10), MOST_PATIENCE))


def _fenced(lease: Lease | None) -> Fenced:
    return Fenced(f"lease {lease.name} has another fence than {lease.fence}" if lease else "")


def _storable(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
