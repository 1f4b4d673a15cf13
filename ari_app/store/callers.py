"""Who calls, and what they have been through with us lately: `customer`, `call`, `leg`,
`queue_visit`, `callback`."""

import json
from datetime import datetime
from uuid import UUID

import msgspec

from ari_app.domain.acd.past import FARTHEST_LOSS, FARTHEST_TALK, LastStay, Past, Talk
from ari_app.domain.facts import EndReason
from ari_app.domain.route import Customer
from ari_app.store import routes
from ari_app.store.db import Db
from ari_app.store.waiting import TALK

MOST_CALLS = 20  # of a number and of a customer, the last ones: who calls more often is no person
_LAST_TALK = """
    SELECT l.agent_id AS agent, l.answered_at AS at
      FROM (
            (SELECT call_id
               FROM call
              WHERE caller = $1
                AND arrived_at > now() - make_interval(secs => $4)
              ORDER BY arrived_at DESC
              LIMIT $5)
            UNION
            (SELECT call_id
               FROM call
              WHERE customer_id = (SELECT id FROM who)
                AND arrived_at > now() - make_interval(secs => $4)
              ORDER BY arrived_at DESC
              LIMIT $5)) t
      JOIN leg l USING (call_id)
     WHERE t.call_id <> $3
       AND l.agent_id IS NOT NULL
       AND l.answered_at IS NOT NULL
     ORDER BY l.answered_at DESC
     LIMIT 1
"""
# Nothing when that call ended otherwise than in a line or a talk that a line led to.
_LAST_STAY = f"""
    SELECT c.ended_at, coalesce(c.end_reason, $7) AS end_reason,
           CASE WHEN l.ended_at IS NULL OR l.ended_at >= c.ended_at - interval '1 second'
                THEN v.agent_id END AS agent,
           (SELECT jsonb_object_agg(one.queue_id, one.since)
              FROM (SELECT queue_id, min(place_since) AS since
                      FROM queue_visit
                     WHERE call_id = c.call_id
                       AND place_since IS NOT NULL
                     GROUP BY queue_id) one) AS places
      FROM (SELECT *
              FROM (SELECT *
                      FROM call
                     WHERE caller = $1
                       AND call_id <> $3
                       AND arrived_at > now() - make_interval(secs => $6)
                     ORDER BY arrived_at DESC
                     LIMIT $5) lately
             WHERE ended_at IS NOT NULL
               AND EXISTS (SELECT FROM queue_visit q WHERE q.call_id = lately.call_id)
             ORDER BY arrived_at DESC
             LIMIT 1) c
     CROSS JOIN LATERAL (
           SELECT call_id, result, left_at, agent_id
             FROM queue_visit
            WHERE call_id = c.call_id
            ORDER BY entered_at DESC
            LIMIT 1) v
      LEFT JOIN LATERAL ({TALK}) l ON true
     WHERE (v.result = 'answered'
            AND (l.ended_at IS NULL OR l.ended_at >= c.ended_at - interval '1 second'))
        OR (v.result <> 'answered' AND v.left_at >= c.ended_at - interval '1 second')
"""
_CALLBACKS = """
    SELECT jsonb_object_agg(queue_id, since)
      FROM (SELECT queue_id, min(place_since) AS since
              FROM callback
             WHERE number = $1
               AND state = 'due'
               AND queue_id IS NOT NULL
               AND place_since IS NOT NULL
             GROUP BY queue_id) one
"""


async def met(db: Db, *, call_id: UUID, dialled: str, caller: str) -> tuple[Customer | None, Past]:
    """Before this call, in one round trip: every call asks it. `caller` is not empty: who withholds
    the number is nobody in particular and has no past."""
    row = await db.fetchrow(
        f"""
        WITH who AS MATERIALIZED ({routes.CUSTOMER})
        SELECT (SELECT to_jsonb(who) FROM who) AS customer,
               (SELECT to_jsonb(talk) FROM ({_LAST_TALK}) talk) AS talk,
               (SELECT to_jsonb(stay) FROM ({_LAST_STAY}) stay) AS stay,
               ({_CALLBACKS}) AS callbacks
        """,
        caller,
        dialled,
        call_id,
        FARTHEST_TALK,
        MOST_CALLS,
        FARTHEST_LOSS,
        EndReason.ENDED_WHILE_AWAY.value,
    )
    known, talk, stay, callbacks = (json.loads(text) if text else None for text in row.values())
    customer = msgspec.convert(known, Customer | None)
    return customer, Past(
        customer.preferred_agent if customer else None,
        msgspec.convert(talk, Talk | None, strict=False),
        msgspec.convert(stay, LastStay | None) if stay and stay["places"] else None,
        msgspec.convert(callbacks or {}, dict[UUID, datetime]),
    )
