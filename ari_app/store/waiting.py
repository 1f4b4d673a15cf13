"""Who stands in line now, and what waits were like: `queue_visit`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from ari_app.store.db import Db

# The leg of the agent who answered a visit `v`.
TALK = """
    SELECT started_at, ended_at
      FROM leg
     WHERE call_id = v.call_id
       AND agent_id = v.agent_id
       AND answered_at IS NOT NULL
     ORDER BY answered_at DESC
     LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`since` is when the one who waits longest came."""

    count: int
    since: datetime


async def per_queue(db: Db) -> dict[UUID, Waiting]:
    """Queues with nobody in them are left out."""
    rows = await db.fetch(
        """
        SELECT queue_id, count(*) AS count, min(coalesce(entered_at, arrived_at)) AS since
          FROM queue_visit
         WHERE left_at IS NULL
         GROUP BY queue_id
        """
    )
    return {row["queue_id"]: Waiting(row["count"], row["since"]) for row in rows}


@dataclass(frozen=True, slots=True)
class EndedVisit:
    """`waited` and `handled` (ringing, talk and wrap-up of who answered) are seconds."""

    queue: str
    waited: float
    is_answered: bool
    agent_id: int | None
    estimate: dict[str, Any] | None
    handled: float | None


async def ended_visits(db: Db, most: int) -> list[EndedVisit]:
    """The last of each queue in the past week, at most so many of each, in order of their ends."""
    rows = await db.fetch(
        f"""
        SELECT q.name, v.left_at, v.result, v.agent_id, v.estimate,
               extract(epoch FROM v.left_at - v.entered_at)::double precision AS waited,
               extract(epoch FROM l.ended_at - l.started_at)::double precision
                   + a.wrap_up_seconds AS handled
          FROM queue q
         CROSS JOIN LATERAL (
               SELECT call_id, entered_at, left_at, result, agent_id, estimate
                 FROM queue_visit
                WHERE queue_id = q.id
                  AND entered_at > now() - interval '7 days'
                  AND left_at IS NOT NULL
                ORDER BY entered_at DESC
                LIMIT $1) v
          LEFT JOIN agent a ON a.id = v.agent_id
          LEFT JOIN LATERAL ({TALK}) l ON true
         WHERE q.is_active
         ORDER BY v.left_at
        """,
        most,
    )
    return [_ended(row) for row in rows]


def _ended(row: Mapping[str, Any]) -> EndedVisit:
    estimate = row["estimate"]
    return EndedVisit(
        row["name"],
        row["waited"],
        row["result"] == "answered",
        row["agent_id"],
        msgspec.json.decode(estimate) if estimate else None,
        row["handled"],
    )


@dataclass(frozen=True, slots=True)
class Promises:
    """Of one day: how many callers were told a time, and the share it was true for, in percent."""

    promised: int
    kept_percent: float | None


async def promises_today(db: Db) -> dict[str, Promises]:
    """By the queue's name; the day is the session's. Queues that promised nothing are left out."""
    rows = await db.fetch(
        """
        SELECT queue, count(*) AS promised,
               round(100.0 * count(*) FILTER (WHERE is_kept) / nullif(count(is_kept), 0), 1)
                   AS kept_percent
          FROM v_wait_promise  -- report_wait_promise reads every day to find one
         WHERE promised_at >= current_date
           AND queue IS NOT NULL
         GROUP BY queue
        """
    )
    return {
        row["queue"]: Promises(
            row["promised"], None if row["kept_percent"] is None else float(row["kept_percent"])
        )
        for row in rows
    }
