"""Turns facts into SQL such that repeating a fact changes nothing.

A row is put together from facts in whatever order they come: each fact sets its own columns,
the first to arrive makes the row. So the facts of a batch may be grouped by statement, in the
order of calls.py, acd.py, audio.py, callbacks.py and outbound.py.
"""

from collections.abc import Sequence

from ari_app.domain.facts import Fact
from ari_app.store.db import Connection
from ari_app.store.fact_sql import acd, audio, callbacks, calls, outbound

STATEMENTS = (
    *calls.STATEMENTS,
    *acd.STATEMENTS,
    *audio.STATEMENTS,
    *callbacks.STATEMENTS,
    *outbound.STATEMENTS,
)


async def apply(connection: Connection, batch: Sequence[Fact]) -> None:
    """Writes a batch; the caller owns the transaction and meets asyncpg's own errors."""
    by_type: dict[type[Fact], list[Fact]] = {}
    for fact in batch:
        by_type.setdefault(type(fact), []).append(fact)
    for statement in STATEMENTS:
        if found := by_type.get(statement.fact):
            await connection.executemany(
                statement.sql, [statement.arguments(fact) for fact in found]
            )
