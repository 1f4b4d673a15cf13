"""What one call went through to reach somebody: its stays in queues, and the offers made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from ari_app.store.db import Db


@dataclass(frozen=True, slots=True)
class CallVisit:
    """A stay in a queue; `result` None while it waits. Seconds up to now, then. `kept_by`: why
    `place_since` is a time of an earlier call."""

    visit_id: UUID
    queue: str
    entered_at: datetime
    result: str | None
    wait_seconds: float
    place_since: datetime | None = None
    kept_by: str | None = None


@dataclass(frozen=True, slots=True)
class CallOffer:
    """`why` is the decision as it was made: what was compared, who was skipped. Without a visit a
    colleague passed the caller on, or asked; or it was a callback."""

    visit_id: UUID | None
    agent_id: int
    made_at: datetime
    ended_at: datetime | None
    result: str | None
    why: Mapping[str, Any]


async def visits(db: Db, call_id: UUID) -> list[CallVisit]:
    """In order of time."""
    rows = await db.fetch(
        """
        SELECT v.id AS visit_id, coalesce(q.name, '?') AS queue, v.entered_at, v.result,
               extract(epoch FROM coalesce(v.left_at, now()) - v.entered_at)::double precision
                   AS wait_seconds,
               v.place_since, v.kept_by
          FROM queue_visit v
          LEFT JOIN queue q ON q.id = v.queue_id
         WHERE v.call_id = $1
         ORDER BY v.entered_at, v.id
        """,
        call_id,
    )
    return [CallVisit(**row) for row in rows]


async def offers(db: Db, call_id: UUID) -> list[CallOffer]:
    """In order of time."""
    rows = await db.fetch(
        """
        SELECT visit_id, agent_id, made_at, ended_at, result, why
          FROM offer
         WHERE call_id = $1
         ORDER BY made_at, id
        """,
        call_id,
    )
    return [CallOffer(**{**row, "why": msgspec.json.decode(row["why"])}) for row in rows]
