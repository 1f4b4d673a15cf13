"""The index of recordings: `recording`. Where a call came in and who talked is in `call`, `leg`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ari_app.domain.recording import CallTimes, IndexedRecording, Reason, RecordingState
from ari_app.store.calls import TALKED_WITH
from ari_app.store.conditions import Conditions
from ari_app.store.db import Db


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFilter:
    """None lets everything pass; times bound the call's arrival, `since` included.

    `number` is the caller's or the dialled one, `agent_id` anybody who talked.
    """

    since: datetime | None = None
    until: datetime | None = None
    number: str | None = None
    agent_id: int | None = None
    trunk: str | None = None
    timeslot: int | None = None
    call_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording with what it was found by; `path` and what follows are None without a file."""

    call_id: UUID
    arrived_at: datetime
    caller: str | None
    dialled: str | None
    trunk: str | None
    timeslot: int | None
    agents: list[int] | None
    queues: list[str] | None
    state: str
    reasons: list[str]
    path: str | None
    sha256: str | None
    bytes: int | None
    seconds: float | None


async def index(db: Db, recording: IndexedRecording) -> None:
    """The one row of this call; replaces what was said of it before. Safe to repeat."""
    await db.execute(
        """
        INSERT INTO recording AS r (call_id, arrived_at, state, reasons, path, sha256, bytes,
                                    seconds, caller_silent_seconds, agent_silent_seconds)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (call_id, arrived_at) DO UPDATE
           SET state = excluded.state,
               reasons = excluded.reasons,
               path = excluded.path,
               sha256 = excluded.sha256,
               bytes = excluded.bytes,
               seconds = excluded.seconds,
               caller_silent_seconds =
                   coalesce(excluded.caller_silent_seconds, r.caller_silent_seconds),
               agent_silent_seconds =
                   coalesce(excluded.agent_silent_seconds, r.agent_silent_seconds),
               indexed_at = excluded.indexed_at
        """,
        recording.call_id,
        recording.arrived_at,
        recording.state,
        recording.reasons,
        recording.path,
        recording.sha256,
        recording.bytes,
        recording.seconds,
        *(recording.silent or (None, None)),
    )


async def flag(
    db: Db,
    call_id: UUID,
    arrived_at: datetime,
    state: RecordingState,
    reasons: Sequence[Reason],
) -> None:
    """There is no file to index, and why. Never hides a file that is indexed."""
    await db.execute(
        """
        INSERT INTO recording AS r (call_id, arrived_at, state, reasons)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (call_id, arrived_at) DO UPDATE
           SET state = excluded.state,
               reasons = excluded.reasons,
               indexed_at = excluded.indexed_at
         WHERE r.path IS NULL
        """,
        call_id,
        arrived_at,
        state,
        reasons,
    )


async def is_indexed(db: Db, call_id: UUID) -> bool:
    """Does the call's row name a file?"""
    found: bool = await db.fetchval(
        "SELECT EXISTS (SELECT FROM recording WHERE call_id = $1 AND path IS NOT NULL)", call_id
    )
    return found


async def times(db: Db, calls: Collection[UUID]) -> dict[UUID, CallTimes]:
    """When each of these calls should have been recorded; unknown ones are left out."""
    rows = await db.fetch(
        """
        SELECT c.call_id, c.arrived_at,
               coalesce(c.answered_at, c.ended_at, c.arrived_at) AS started_at,
               c.ended_at,
               (SELECT true FROM recording_gap WHERE call_id = wanted.id LIMIT 1) IS NOT NULL
                   AS was_muted
          FROM unnest($1::uuid[]) AS wanted (id)
         CROSS JOIN LATERAL (SELECT * FROM call WHERE call_id = wanted.id LIMIT 1) c
        """,
        list(calls),
    )
    return {call_id: CallTimes(*rest) for call_id, *rest in rows}


async def search(db: Db, filters: RecordingFilter, *, limit: int = 50) -> list[FoundRecording]:
    """Newest first."""
    of_call = (filters.number, filters.trunk, filters.timeslot)
    joined = "JOIN call c ON c.call_id = r.call_id AND c.arrived_at = r.arrived_at"
    wanted = Conditions(limit)
    wanted.add("r.arrived_at >= {}", filters.since)
    wanted.add("r.arrived_at < {}", filters.until)
    wanted.add("(c.caller = {} OR c.dialled = {})", filters.number)
    wanted.add(TALKED_WITH.format(call="r"), filters.agent_id)
    wanted.add("c.trunk = {}", filters.trunk)
    wanted.add("c.timeslot = {}", filters.timeslot)
    wanted.add("r.call_id = {}", filters.call_id)
    rows = await db.fetch(
        f"""
        SELECT r.call_id, r.arrived_at, c.caller, c.dialled, c.trunk, c.timeslot, c.agents,
               c.queues, r.state, r.reasons, r.path, r.sha256, r.bytes, r.seconds
          FROM (SELECT r.*
                  FROM recording r
                  {"" if of_call == (None,) * 3 else joined}
                 WHERE {wanted.sql}
                 ORDER BY r.arrived_at DESC
                 LIMIT $1) r
          LEFT JOIN LATERAL (
               SELECT caller, dialled, trunk, timeslot, agents, queues
                 FROM v_call v
                WHERE v.call_id = r.call_id
                  AND v.arrived_at = r.arrived_at
               OFFSET 0) c ON true
         ORDER BY r.arrived_at DESC
        """,
        *wanted.values,
    )
    return [FoundRecording(**row) for row in rows]
