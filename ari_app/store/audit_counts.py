"""What the auditor counts: recordings against their calls (I3), the event log against our tables
(I8). Both sides of I8 are counted without a look at the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ari_app.domain.invariants import Verdict, verdict_of_log
from ari_app.domain.witness import ENTRIES, OUTGOING
from ari_app.store.audit import Period
from ari_app.store.cel import ENDED_ARRIVALS, ended_arrivals
from ari_app.store.db import Db

_CALLED_US = "(c.node = $1 OR c.node IS NULL) AND c.callback_id IS NULL"
TALKED = frozenset({"talked", "transferred_out"})
WORTH_HEARING = 5.0  # seconds of talk
SPOKEN = 0.1  # the least share of a talk in which each side makes a sound


@dataclass(frozen=True, slots=True)
class DueRecording:
    """An ended call and its recording; the file's figures are None when there is no file.

    `is_told`: a row says what became of it.
    """

    call_id: UUID
    ended_at: datetime
    is_told: bool
    path: str | None
    sha256: str | None
    bytes: int | None


@dataclass(frozen=True, slots=True)
class SilentSide:
    """A talk of which one side (caller, agent) is not on the recording."""

    call_id: UUID
    ended_at: datetime
    talk_seconds: float
    side: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One call on one side; `ended_at` None while it lives, `verdict` None without an outcome."""

    call_id: UUID
    ended_at: datetime | None
    verdict: Verdict | None


async def due_recordings(db: Db, since: datetime, until: datetime) -> list[DueRecording]:
    """Of calls that ended in this time; messages with a file are listed beside them."""
    rows = await db.fetch(
        """
        SELECT c.call_id, c.ended_at, coalesce(r.state <> 'expected', false) AS is_told,
               r.path, r.sha256, r.bytes
          FROM call c
          LEFT JOIN recording r ON r.call_id = c.call_id AND r.arrived_at = c.arrived_at
         WHERE c.ended_at >= $1
           AND c.ended_at < $2
           AND (c.callback_id IS NULL OR c.answered_at IS NOT NULL)
        UNION ALL
        SELECT m.call_id, c.ended_at, true, m.path, m.sha256, m.bytes
          FROM call c
          JOIN message m ON m.call_id = c.call_id
         WHERE c.ended_at >= $1
           AND c.ended_at < $2
           AND m.path IS NOT NULL
        """,
        *(since, until),
    )
    return [DueRecording(**row) for row in rows]


async def silent_sides(db: Db, since: datetime, until: datetime) -> list[SilentSide]:
    """Of calls that ended in this time. Phones that send nothing while nobody speaks are no
    finding: who speaks for a tenth of the talk is heard."""
    rows = await db.fetch(
        """
        SELECT c.call_id, c.ended_at, c.talk_seconds, s.side
          FROM v_call c
          JOIN recording r ON r.call_id = c.call_id AND r.arrived_at = c.arrived_at
         CROSS JOIN LATERAL (VALUES ('caller', r.caller_silent_seconds),
                                    ('agent', r.agent_silent_seconds)) AS s (side, silent)
         WHERE c.ended_at >= $1
           AND c.ended_at < $2
           AND r.state = 'finalised'
           AND NOT 'muted_gap' = ANY(r.reasons)
           AND c.talk_seconds >= $3
           AND s.silent > r.seconds - $4 * c.talk_seconds
        """,
        *(since, until, WORTH_HEARING, SPOKEN),
    )
    return [SilentSide(**row) for row in rows]


async def ended_before(db: Db, calls: list[UUID], before: datetime) -> set[UUID]:
    """Those of these calls that were over before this moment."""
    rows = await db.fetch(
        "SELECT call_id FROM call WHERE call_id = ANY($1) AND ended_at < $2", *(calls, before)
    )
    return {row["call_id"] for row in rows}


async def indexed(db: Db, paths: list[str]) -> set[str]:
    """Those of these archive paths that an index names. Their names begin with the call's id."""
    rows = await db.fetch(
        """
        SELECT path FROM recording
         WHERE call_id = ANY(ARRAY(SELECT substring(p FROM '[0-9a-f-]{36}')::uuid
                                     FROM unnest($1::text[]) AS p
                                    WHERE p ~ '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'))
           AND path = ANY($1)
        UNION
        SELECT path FROM message WHERE path = ANY($1)
        """,
        paths,
    )
    return {row["path"] for row in rows}


async def ended(db: Db, period: Period) -> list[UUID]:
    """I8: calls that were over in this time, on either side."""
    rows = await db.fetch(
        f"""
        SELECT r.call_id
          FROM ({ENDED_ARRIVALS}) r
         WHERE r.call_id IS NOT NULL
        UNION
        SELECT c.call_id
          FROM call c
         WHERE c.ended_at >= $2
           AND c.ended_at < $3
           AND c.arrived_at >= $7
           AND {_CALLED_US}
        """,
        *ended_arrivals(period.node, period.since, period.until, period.booted_at),
        period.known_since,
    )
    return [row["call_id"] for row in rows]


async def of_log(db: Db, period: Period, calls: Sequence[UUID]) -> list[Counted]:
    """I8, Asterisk's side of these calls."""
    rows = await db.fetch(
        """
        SELECT r.call_id, r.at,
               coalesce((SELECT min(e.at) FROM cel_raw e
                          WHERE e.unique_id = r.unique_id AND e.event = 'CHAN_END'),
                        CASE WHEN r.at < $2 THEN $2::timestamptz END) AS ended_at,
               (SELECT extract(epoch FROM max(coalesce(x.at, $2) - greatest(mine.at, theirs.at)))
                  FROM cel_raw mine
                  JOIN cel_raw theirs
                    ON theirs.call_id = mine.call_id
                   AND theirs.event = 'BRIDGE_ENTER'
                   AND theirs.unique_id <> mine.unique_id
                   AND theirs.fields -> 'extra' ->> 'bridge_id'
                     = mine.fields -> 'extra' ->> 'bridge_id'
                  LEFT JOIN LATERAL (
                       SELECT min(o.at) AS at
                         FROM cel_raw o
                        WHERE o.unique_id = mine.unique_id
                          AND o.event IN ('BRIDGE_EXIT', 'CHAN_END')
                          AND o.at >= greatest(mine.at, theirs.at)) x ON true
                 WHERE mine.call_id = r.call_id
                   AND mine.event = 'BRIDGE_ENTER'
                   AND mine.unique_id = r.unique_id)::double precision AS together,
               EXISTS (SELECT FROM cel_raw a
                        WHERE a.call_id = r.call_id
                          AND a.event = 'ANSWER'
                          AND a.unique_id <> r.unique_id) AS somebody_answered
          FROM cel_raw r
         WHERE r.call_id = ANY($5)
           AND r.event = 'CHAN_START'
           AND r.node = $1
           AND r.fields ->> 'context' = ANY($3)
           AND r.fields ->> 'exten' <> $4
        """,
        *(period.node, period.booted_at, ENTRIES, OUTGOING, calls),
    )
    return [
        Counted(
            row["call_id"],
            row["ended_at"],
            verdict_of_log(row["together"], somebody_answered=row["somebody_answered"]),
        )
        for row in rows
    ]


async def of_tables(db: Db, period: Period, calls: Sequence[UUID]) -> list[Counted]:
    """I8, our side of these calls."""
    rows = await db.fetch(
        f"""
        SELECT c.call_id, c.ended_at, c.outcome
          FROM call c
         WHERE c.call_id = ANY($2)
           AND {_CALLED_US}
        """,
        *(period.node, calls),
    )
    return [Counted(row["call_id"], row["ended_at"], _verdict(row["outcome"])) for row in rows]


def _verdict(outcome: str | None) -> Verdict | None:
    if outcome is None:
        return None
    return Verdict.TALKED if outcome in TALKED else Verdict.NOT_TALKED
