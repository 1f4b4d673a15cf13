"""Calls that PostgreSQL does not know to be finished, with all that is open about them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ari_app.domain.closing import (
    BusyAgent,
    OpenLeg,
    OpenOffer,
    OpenRecord,
    OpenVisit,
    WitnessedCall,
)
from ari_app.domain.facts import LegRole, Outcome
from ari_app.domain.witness import Ended
from ari_app.store.cel import UNRECORDED, ended_arrivals
from ari_app.store.db import Db


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """An arrival in CEL without a call; `call_id` is None where the dialplan never made one."""

    call_id: UUID | None
    unique_id: str


async def unfinished(db: Db, node: str) -> set[UUID]:
    """Calls of which anything is open: as many as there are live ones, and those left behind."""
    rows = await db.fetch(
        """
        SELECT call_id FROM call WHERE ended_at IS NULL AND (node = $1 OR node IS NULL)
        UNION
        SELECT call_id FROM call_place WHERE node = $1
        UNION
        SELECT call_id FROM leg WHERE ended_at IS NULL AND node = $1
        UNION
        SELECT call_id FROM queue_visit WHERE left_at IS NULL
        UNION
        SELECT call_id FROM offer WHERE result IS NULL
        """,
        node,
    )
    return {row["call_id"] for row in rows}


async def with_legs_over(db: Db, node: str, before: datetime) -> set[UUID]:
    """Calls with a leg that is open here and was gone in CEL before this moment."""
    rows = await db.fetch(
        """
        SELECT DISTINCT l.call_id
          FROM leg l
         WHERE l.ended_at IS NULL
           AND l.node = $1
           AND (SELECT r.at
                  FROM cel_raw r
                 WHERE r.unique_id = l.leg_id
                   AND r.event = 'CHAN_END'
                   AND r.node = $1
                 LIMIT 1) < $2
        """,
        *(node, before),
    )
    return {row["call_id"] for row in rows}


@dataclass(frozen=True, slots=True)
class UnseenLeg:
    """A leg that we rang, is open, and that CEL has no word of."""

    call_id: UUID
    arrived_at: datetime
    leg_id: str
    started_at: datetime


async def unseen_legs(db: Db, node: str, before: datetime) -> list[UnseenLeg]:
    """Those that should have begun here before this moment."""
    rows = await db.fetch(
        """
        SELECT l.call_id, l.arrived_at, l.leg_id, l.started_at
          FROM leg l
         WHERE l.ended_at IS NULL
           AND l.node = $1
           AND starts_with(l.leg_id, l.call_id::text)
           AND l.started_at < $2
           AND (SELECT true
                  FROM cel_raw r
                 WHERE r.unique_id = l.leg_id
                   AND r.node = $1
                 LIMIT 1) IS NULL
        """,
        *(node, before),
    )
    return [UnseenLeg(**row) for row in rows]


async def load(db: Db, calls: Collection[UUID]) -> list[OpenRecord]:
    """Those of these calls that are known at all."""
    ids = list(calls)
    legs = _by_call(await db.fetch(_LEGS, ids))
    visits = _by_call(await db.fetch(_VISITS, ids))
    offers = _by_call(await db.fetch(_OFFERS, ids))
    agents = _by_call(await db.fetch(_AGENTS, ids))
    return [
        OpenRecord(
            call_id=row["call_id"],
            arrived_at=row["arrived_at"],
            caller_channel=row["caller_channel"],
            caller=row["caller"] or "",
            customer_id=row["customer_id"],
            answered_at=row["answered_at"],
            ended=Ended(row["ended_at"], row["hangup_cause"]) if row["ended_at"] else None,
            is_told=row["is_told"],
            reached=frozenset(map(Outcome, filter(None, row["reached"]))),
            legs=tuple(
                OpenLeg(leg["leg_id"], LegRole(leg["role"]) if leg["role"] else None, leg["was"])
                for leg in legs.get(row["call_id"], ())
            ),
            visits=tuple(
                OpenVisit(visit["id"], visit["queue_id"])
                for visit in visits.get(row["call_id"], ())
            ),
            offers=tuple(
                OpenOffer(offer["id"], offer["agent_id"])
                for offer in offers.get(row["call_id"], ())
            ),
            agents=tuple(
                BusyAgent(agent["agent_id"], agent["version"])
                for agent in agents.get(row["call_id"], ())
            ),
        )
        for row in await db.fetch(_CALLS, ids)
    ]


def _by_call(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row["call_id"], []).append(row)
    return found


# Looked up call by call, as in store/audit.py. The same order of what counts as in store/calls.py,
# note_ended; without a row in `call` the saved step or an open part has the key.
_CALLS = """
    SELECT k.call_id, k.arrived_at, c.caller, c.customer_id, c.answered_at, c.ended_at,
           c.hangup_cause,
           (SELECT true FROM call_event e
             WHERE e.call_id = k.call_id AND e.arrived_at = k.arrived_at AND e.type = 'ended'
             LIMIT 1) IS NOT NULL AS is_told,
           (SELECT l.leg_id FROM leg l
             WHERE l.call_id = k.call_id AND l.role = 'caller'
             ORDER BY l.started_at
             LIMIT 1) AS caller_channel,
           ARRAY[c.outcome, p.state ->> 'outcome',
                 CASE WHEN c.callback_id IS NOT NULL AND c.answered_at IS NULL
                      THEN 'not_reached'
                      ELSE (SELECT 'talked' FROM leg
                             WHERE call_id = k.call_id AND role = 'agent'
                               AND answered_at IS NOT NULL
                             LIMIT 1) END,
                 (SELECT 'left_message' FROM message WHERE call_id = k.call_id LIMIT 1),
                 (SELECT 'callback_booked' FROM callback
                   WHERE call_id = k.call_id AND queue_id IS NOT NULL
                   LIMIT 1),
                 (SELECT 'abandoned' FROM queue_visit WHERE call_id = k.call_id LIMIT 1)]
               AS reached
      FROM (SELECT call_id, min(arrived_at) AS arrived_at
              FROM (SELECT call_id, arrived_at FROM call WHERE call_id = ANY($1)
                    UNION ALL
                    SELECT call_id, arrived_at FROM call_place WHERE call_id = ANY($1)
                    UNION ALL
                    SELECT call_id, arrived_at FROM leg WHERE call_id = ANY($1)
                    UNION ALL
                    SELECT call_id, arrived_at FROM queue_visit WHERE call_id = ANY($1)
                    UNION ALL
                    SELECT call_id, arrived_at FROM offer WHERE call_id = ANY($1)) part
             GROUP BY call_id) k
      LEFT JOIN LATERAL (
           SELECT * FROM call WHERE call_id = k.call_id AND arrived_at = k.arrived_at OFFSET 0) c
        ON true
      LEFT JOIN call_place p ON p.call_id = k.call_id
"""
_LEGS = """
    SELECT call_id, leg_id, role, answered_at IS NOT NULL AS was
      FROM leg
     WHERE call_id = ANY($1)
       AND ended_at IS NULL
     ORDER BY leg_id
"""
_VISITS = """
    SELECT call_id, id, queue_id
      FROM queue_visit
     WHERE call_id = ANY($1)
       AND left_at IS NULL
     ORDER BY id
"""
_OFFERS = """
    SELECT call_id, id, agent_id
      FROM offer
     WHERE call_id = ANY($1)
       AND result IS NULL
     ORDER BY id
"""
_AGENTS = """
    SELECT call_id, agent_id, version
      FROM agent_presence
     WHERE call_id = ANY($1)
       AND state IN ('reserved', 'talking')
     ORDER BY agent_id
"""


async def unrecorded(
    db: Db, node: str, since: datetime, until: datetime, started_at: datetime
) -> list[Unrecorded]:
    """Arrivals that ended between these moments and left no call.

    An Asterisk that started at `started_at` took all it had before with it.
    """
    rows = await db.fetch(UNRECORDED, *ended_arrivals(node, since, until, started_at))
    return [Unrecorded(row["call_id"], row["unique_id"]) for row in rows]


async def name(db: Db, node: str, unique_id: str, call_id: UUID) -> None:
    """Gives the rows of a nameless caller their call."""
    await db.execute(
        """
        UPDATE cel_raw
           SET call_id = $3
         WHERE node = $1
           AND linked_id = $2
           AND call_id IS NULL
        """,
        *(node, unique_id, call_id),
    )


async def note_witnessed(db: Db, node: str, call: WitnessedCall) -> None:
    """Makes the closed record of a call that only Asterisk saw. Safe to repeat."""
    await db.execute(
        """
        WITH made AS (
            INSERT INTO call (call_id, arrived_at, node, ended_at, caller, dialled, trunk,
                              outcome, end_reason, hangup_cause, closed_by)
            VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), $8, $9, $10,
                    'cel')
            ON CONFLICT (call_id, arrived_at) DO NOTHING)
        INSERT INTO leg (call_id, leg_id, arrived_at, node, role, trunk, started_at, ended_at,
                         hangup_cause)
        VALUES ($1, $11, $2, $3, 'caller', nullif($7, ''), $2, $4, $10)
        ON CONFLICT (call_id, leg_id) DO NOTHING
        """,
        *(*call.key, node, call.end.at, call.caller, call.dialled, call.trunk),
        *(call.outcome, call.end_reason, call.end.cause, call.channel),
    )


async def legs_of_agent(db: Db, agent_id: int) -> list[str]:
    """Channels of the agent's legs that have no end yet."""
    rows = await db.fetch(
        "SELECT leg_id FROM leg WHERE agent_id = $1 AND ended_at IS NULL ORDER BY leg_id", agent_id
    )
    return [row["leg_id"] for row in rows]
