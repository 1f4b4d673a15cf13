"""What a caller has been through with us lately: `call`, `leg`, `queue_visit`, `callback`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from ari_app.domain.acd.past import FARTHEST_LOSS, FARTHEST_TALK, LastStay, Past, Talk
from ari_app.domain.facts import EndReason
from ari_app.store.db import Db

MOST_CALLS = 20  # of a number and of a customer, the last ones: who calls more often is no person


async def load(
    db: Db,
    *,
    call_id: UUID,
    caller: str,
    customer_id: UUID | None = None,
    preferred_agent: int | None = None,
) -> Past:
    """Before this call. `caller` is not empty: who withholds the number has no past."""
    talk = await _last_talk(db, call_id, caller, customer_id)
    stay = await _last_stay(db, call_id, caller)
    return Past(preferred_agent, talk, stay, await _callbacks(db, caller))


async def _last_talk(db: Db, call_id: UUID, caller: str, customer_id: UUID | None) -> Talk | None:
    row = await db.fetchrow(
        """
        WITH theirs AS (
            (SELECT call_id
               FROM call
              WHERE caller = $2
                AND arrived_at > now() - make_interval(secs => $4)
              ORDER BY arrived_at DESC
              LIMIT $5)
            UNION
            (SELECT call_id
               FROM call
              WHERE customer_id = $3
                AND arrived_at > now() - make_interval(secs => $4)
              ORDER BY arrived_at DESC
              LIMIT $5))
        SELECT l.agent_id AS agent, l.answered_at AS at
          FROM theirs t
          JOIN leg l USING (call_id)
         WHERE t.call_id <> $1
           AND l.agent_id IS NOT NULL
           AND l.answered_at IS NOT NULL
         ORDER BY l.answered_at DESC
         LIMIT 1
        """,
        call_id,
        caller,
        customer_id,
        FARTHEST_TALK,
        MOST_CALLS,
    )
    return Talk(**row) if row else None


async def _last_stay(db: Db, call_id: UUID, caller: str) -> LastStay | None:
    """None when that call ended otherwise than in a line or a talk that a line led to."""
    row = await db.fetchrow(
        """
        SELECT c.ended_at, coalesce(c.end_reason, $4) AS end_reason, v.result, v.left_at,
               CASE WHEN l.ended_at IS NULL OR l.ended_at >= c.ended_at - interval '1 second'
                    THEN v.agent_id END AS agent,
               (SELECT jsonb_object_agg(one.queue_id, one.since)
                  FROM (SELECT queue_id, min(place_since) AS since
                          FROM queue_visit
                         WHERE call_id = c.call_id
                           AND place_since IS NOT NULL
                         GROUP BY queue_id) one) AS places
          FROM (SELECT *
                  FROM call
                 WHERE caller = $2
                   AND call_id <> $1
                   AND arrived_at > now() - make_interval(secs => $3)
                   AND ended_at IS NOT NULL
                   AND EXISTS (SELECT FROM queue_visit q WHERE q.call_id = call.call_id)
                 ORDER BY arrived_at DESC
                 LIMIT 1) c
         CROSS JOIN LATERAL (
               SELECT result, left_at, agent_id
                 FROM queue_visit
                WHERE call_id = c.call_id
                ORDER BY entered_at DESC
                LIMIT 1) v
          LEFT JOIN LATERAL (
               SELECT ended_at
                 FROM leg
                WHERE call_id = c.call_id
                  AND agent_id = v.agent_id
                  AND answered_at IS NOT NULL
                ORDER BY answered_at DESC
                LIMIT 1) l ON true
         WHERE (v.result = 'answered'
                AND (l.ended_at IS NULL OR l.ended_at >= c.ended_at - interval '1 second'))
            OR (v.result <> 'answered' AND v.left_at >= c.ended_at - interval '1 second')
        """,
        call_id,
        caller,
        FARTHEST_LOSS,
        EndReason.ENDED_WHILE_AWAY.value,
    )
    return _stay(row) if row and row["places"] else None


def _stay(row: Mapping[str, Any]) -> LastStay:
    stay = {
        "places": msgspec.json.decode(row["places"]),
        "ended_at": row["ended_at"],
        "end_reason": row["end_reason"],
        "agent": row["agent"],
    }
    return msgspec.convert(stay, LastStay)


async def _callbacks(db: Db, caller: str) -> dict[UUID, Any]:
    rows = await db.fetch(
        """
        SELECT queue_id, min(place_since) AS since
          FROM callback
         WHERE number = $1
           AND state = 'due'
           AND queue_id IS NOT NULL
           AND place_since IS NOT NULL
         GROUP BY queue_id
        """,
        caller,
    )
    return {row["queue_id"]: row["since"] for row in rows}
