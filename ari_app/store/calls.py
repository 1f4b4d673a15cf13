"""Calls as others see them: closing what the engine did not, finding, listing, telling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from ari_app.domain.call_end import EndedCall
from ari_app.domain.errors import NotFound
from ari_app.store.conditions import Conditions
from ari_app.store.db import Db

SUMMARY = """
    call_id, arrived_at, answered_at, ended_at, caller, dialled, language, flow, outcome,
    end_reason, queues, agents, wait_seconds, talk_seconds, recording_state
"""

TALKED_WITH = """EXISTS (
    SELECT FROM leg l
     WHERE l.call_id = {call}.call_id
       AND l.role = 'agent'
       AND l.answered_at IS NOT NULL
       AND l.agent_id = {{}})"""


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One row of `v_call`. Times of a live call and facts not reached are None."""

    call_id: UUID
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    caller: str | None
    dialled: str | None
    language: str | None
    flow: str | None
    outcome: str | None
    end_reason: str | None
    queues: list[str] | None
    agents: list[int] | None
    wait_seconds: float | None
    talk_seconds: float | None
    recording_state: str | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One row of `v_call_timeline`."""

    at: datetime
    source: str
    what: str
    agent_id: int | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenCall:
    """Where a call stood that the engine has not finished with.

    `ended_at` is set when the dialplan saw it end meanwhile; the engine still has to tidy up.
    """

    call_id: UUID
    arrived_at: datetime
    ended_at: datetime | None
    step: int
    kind: str
    flow: str
    flow_version: str
    flow_node: str
    state: Mapping[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """None lets everything pass; times bound the arrival, `since` included."""

    since: datetime | None = None
    until: datetime | None = None
    caller: str | None = None
    dialled: str | None = None
    outcome: str | None = None
    agent_id: int | None = None
    is_live: bool | None = None


EVERY_CALL = CallFilter()


async def note_ended(db: Db, ended: EndedCall) -> None:
    """Makes and closes the call if the engine has not; what the engine writes later wins.

    Without word from the dialplan the outcome is the furthest thing in the tables.
    """
    await db.execute(
        """
        INSERT INTO call AS c (call_id, arrived_at, ended_at, caller, dialled, trunk, timeslot,
                               flow, hangup_cause, outcome, end_reason, closed_by)
        VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''), nullif($6, ''), $7, nullif($8, ''),
                $9,
                CASE WHEN $11 <> '' THEN $11
                     WHEN EXISTS (SELECT FROM leg WHERE call_id = $1 AND role = 'agent'
                                     AND answered_at IS NOT NULL) THEN 'talked'
                     WHEN EXISTS (SELECT FROM message WHERE call_id = $1) THEN 'left_message'
                     WHEN $10 <> '' THEN 'fallback'
                     WHEN EXISTS (SELECT FROM queue_visit WHERE call_id = $1) THEN 'abandoned'
                     ELSE 'abandoned_in_flow' END,
                'ended_while_away', 'dialplan')
        ON CONFLICT (call_id, arrived_at) DO UPDATE
           SET ended_at = excluded.ended_at,
               caller = coalesce(c.caller, excluded.caller),
               dialled = coalesce(c.dialled, excluded.dialled),
               trunk = coalesce(c.trunk, excluded.trunk),
               timeslot = coalesce(c.timeslot, excluded.timeslot),
               flow = coalesce(c.flow, excluded.flow),
               hangup_cause = excluded.hangup_cause,
               outcome = excluded.outcome,
               end_reason = excluded.end_reason,
               closed_by = excluded.closed_by
         WHERE c.ended_at IS NULL
        """,
        ended.call_id,
        ended.arrived_at,
        ended.ended_at,
        ended.caller,
        ended.dialled,
        ended.trunk,
        ended.timeslot,
        ended.flow,
        ended.hangup_cause,
        ended.fallback,
        ended.outcome,
    )


async def open_calls(db: Db, node: str) -> list[OpenCall]:
    """Those of one Asterisk node, longest in the house first."""
    rows = await db.fetch(
        """
        SELECT p.call_id, p.arrived_at, c.ended_at, p.step, p.kind, p.flow, p.flow_version,
               p.flow_node, p.state, p.saved_at
          FROM call_place p
          LEFT JOIN LATERAL (
               SELECT ended_at
                 FROM call
                WHERE call_id = p.call_id
                  AND arrived_at = p.arrived_at
               OFFSET 0) c ON true  -- a join would read every call there is
         WHERE p.node = $1
         ORDER BY p.arrived_at
        """,
        node,
    )
    return [OpenCall(**{**row, "state": msgspec.json.decode(row["state"])}) for row in rows]


async def find(db: Db, call_id: UUID) -> CallSummary:
    """Raises: NotFound."""
    row = await db.fetchrow(f"SELECT {SUMMARY} FROM v_call WHERE call_id = $1", call_id)
    if row is None:
        raise NotFound("call", str(call_id))
    return CallSummary(**row)


async def recent(db: Db, *, limit: int = 20, filters: CallFilter = EVERY_CALL) -> list[CallSummary]:
    """Newest first."""
    wanted = Conditions(limit)
    wanted.add("c.arrived_at >= {}", filters.since)
    wanted.add("c.arrived_at < {}", filters.until)
    wanted.add("c.caller = {}", filters.caller)
    wanted.add("c.dialled = {}", filters.dialled)
    wanted.add("c.outcome = {}", filters.outcome)
    wanted.add(TALKED_WITH.format(call="c"), filters.agent_id)
    if filters.is_live is not None:
        wanted.also("c.ended_at IS NULL" if filters.is_live else "c.ended_at IS NOT NULL")
    rows = await db.fetch(
        f"""
        SELECT {SUMMARY}
          FROM (SELECT c.call_id AS id, c.arrived_at AS at
                  FROM call c
                 WHERE {wanted.sql}
                 ORDER BY c.arrived_at DESC
                 LIMIT $1) found
         CROSS JOIN LATERAL (
               SELECT {SUMMARY} FROM v_call WHERE call_id = id AND arrived_at = at OFFSET 0) one
         ORDER BY arrived_at DESC
        """,
        *wanted.values,
    )
    return [CallSummary(**row) for row in rows]


async def timeline(db: Db, call_id: UUID) -> list[Moment]:
    """Everything known of one call, in the order it happened; empty for an unknown call."""
    rows = await db.fetch(
        """
        SELECT at, source, what, agent_id, detail
          FROM v_call_timeline
         WHERE call_id = $1
         ORDER BY at, source, what
        """,
        call_id,
    )
    return [Moment(**{**row, "detail": msgspec.json.decode(row["detail"])}) for row in rows]
