"""What was dialled: `attempt`, written by facts; read by the gate, by recovery and by people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ari_app.store.db import Db


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """One without an outcome. `callback_id` is None for whatever was no callback."""

    id: UUID
    call_id: UUID
    arrived_at: datetime
    leg_id: str
    callback_id: UUID | None


async def made_since(db: Db, since: datetime) -> Sequence[tuple[str, datetime]]:
    """Number and time of each that was not refused, in order."""
    rows = await db.fetch(
        """
        SELECT number, made_at
          FROM attempt
         WHERE made_at > $1
           AND outcome IS DISTINCT FROM 'refused'
         ORDER BY made_at
        """,
        since,
    )
    return [(row["number"], row["made_at"]) for row in rows]


async def is_made(db: Db, attempt_id: UUID) -> bool:
    """Is it here, without an outcome, and its callback, if it is one, claimed by none but it?"""
    return bool(
        await db.fetchval(
            """
            SELECT true
              FROM attempt a
              LEFT JOIN callback c ON c.id = a.callback_id
             WHERE a.id = $1
               AND a.outcome IS NULL
               AND (a.callback_id IS NULL OR (c.state = 'claimed' AND c.attempt_id = a.id))
            """,
            attempt_id,
        )
    )


async def open_attempts(db: Db, node: str) -> list[OpenAttempt]:
    rows = await db.fetch(
        """
        SELECT id, call_id, arrived_at, leg_id, callback_id
          FROM attempt
         WHERE outcome IS NULL
           AND node = $1
         ORDER BY made_at
        """,
        node,
    )
    return [OpenAttempt(**row) for row in rows]


async def seen(db: Db, leg_id: str) -> frozenset[str]:
    """The kinds of events that Asterisk's log has of a channel."""
    rows = await db.fetch("SELECT DISTINCT event FROM cel_raw WHERE unique_id = $1", leg_id)
    return frozenset(row["event"] for row in rows)
