"""Calls we owe: `callback`. Facts write it; read here, and cancelled by people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ari_app.domain.callback import Owed
from ari_app.store.db import Db

CHANGED = "callbacks"
"""PostgreSQL's channel that says when `due` would answer differently."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A callback that an attempt has; `outcome` and `reason` are that attempt's."""

    id: UUID
    attempt_id: UUID
    call_id: UUID
    outcome: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ListedCallback:
    """A row of v_callback."""

    callback_id: UUID
    number: str
    queue: str | None
    booked_at: datetime
    place_since: datetime | None
    due_at: datetime
    due_until: datetime | None
    state: str
    tries: int
    last_outcome: str | None
    reason: str | None
    call_id: UUID | None


LISTED = ", ".join(ListedCallback.__dataclass_fields__)


async def due(db: Db) -> list[Owed]:
    """All that stand, or will stand, in a line; longest waiting first."""
    rows = await db.fetch(
        """
        SELECT b.id, b.number, q.name AS queue, coalesce(b.place_since, b.booked_at) AS place_since,
               b.due_at, b.due_until, b.tries, coalesce(b.language, 'zh') AS language,
               b.customer_id, coalesce(c.dialled, '') AS dialled, coalesce(c.flow, '') AS flow,
               coalesce(c.priority, 0) AS priority, coalesce(c.tier, 'normal') AS tier
          FROM callback b
          JOIN queue q ON q.id = b.queue_id
          LEFT JOIN call c ON c.call_id = b.call_id AND c.arrived_at = b.arrived_at
         WHERE b.state = 'due'
         ORDER BY place_since
        """
    )
    return [Owed(**row) for row in rows]


async def claimed(db: Db) -> list[Claimed]:
    rows = await db.fetch(
        """
        SELECT b.id, b.attempt_id, a.call_id, a.outcome, a.reason
          FROM callback b
          JOIN attempt a ON a.id = b.attempt_id
         WHERE b.state = 'claimed'
        """
    )
    return [Claimed(**row) for row in rows]


async def listed(db: Db, *, closed_too: bool = False, limit: int = 200) -> Sequence[ListedCallback]:
    """The open ones in the order of their places; then the closed ones, last first."""
    rows = await db.fetch(
        f"""
        SELECT {LISTED}
          FROM v_callback
         WHERE $1 OR state IN ('due', 'claimed')
         ORDER BY closed_at DESC NULLS FIRST, coalesce(place_since, booked_at)
         LIMIT $2
        """,
        closed_too,
        limit,
    )
    return [ListedCallback(**row) for row in rows]


async def matching(db: Db, beginning: str) -> list[UUID]:
    """Callbacks whose id begins so, or whose number is this one and which are open."""
    rows = await db.fetch(
        """
        SELECT id
          FROM callback
         WHERE left(id::text, length($1)) = $1
            OR (number = $1 AND state IN ('due', 'claimed'))
         LIMIT 5
        """,
        beginning,
    )
    return [row["id"] for row in rows]


async def cancel(db: Db, callback_id: UUID, *, who: str, why: str) -> bool:
    """False for one that is not due (any more): done, cancelled, or being dialled right now."""
    number = await db.fetchval(
        """
        WITH cancelled AS (
            UPDATE callback
               SET state = 'cancelled',
                   closed_at = now(),
                   reason = $3
             WHERE id = $1
               AND state = 'due'
            RETURNING id, number),
        noted AS (
            INSERT INTO audit (who, action, object, detail)
            SELECT $2, 'callback cancelled', id::text, jsonb_build_object('why', $3::text)
              FROM cancelled)
        SELECT number FROM cancelled
        """,
        callback_id,
        who,
        why,
    )
    return number is not None
