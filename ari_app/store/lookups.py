"""Look-ups in our database: read-only, as a role that may read little, and one row at most."""

from collections.abc import Mapping, Sequence
from typing import Any

from ari_app.domain.errors import Unavailable
from ari_app.store.db import Connect, is_trouble

ROLE = "hotline_lookup"


async def first_row(
    connect: Connect, sql: str, values: Sequence[str], seconds: float
) -> Mapping[str, Any] | None:
    """However many rows there are, one is taken. On a connection of its own: whatever a query
    does to it, nobody else has it afterwards.

    Raises:
        Unavailable: PostgreSQL is away, refuses, or did not finish in time.
    """
    connection = await connect()
    try:
        async with connection.transaction(readonly=True):
            await connection.execute(f"SET LOCAL ROLE {ROLE}")
            milliseconds = str(max(1, int(seconds * 1000)))
            await connection.fetchval(
                "SELECT set_config('statement_timeout', $1, true)", milliseconds
            )
            row = await connection.fetchrow(sql, *values, timeout=seconds)
    except Exception as error:
        if not is_trouble(error):
            raise
        raise Unavailable(f"look-up: {type(error).__name__}") from error
    finally:
        connection.terminate()
    return None if row is None else dict(row)
