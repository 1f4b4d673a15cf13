"""Asterisk's own account of what happened: `cel_raw`, and how far it has been read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from ari_app.domain.cel import CelRow
from ari_app.domain.witness import ENTRIES, OUTGOING, call_of
from ari_app.store.db import Db

# True, and the transaction does not wait for the disk, which others want: what a power cut takes
# of it is read again, for how far the files are read goes with it.
_UNHURRIED = "set_config('synchronous_commit', 'off', true) = 'off'"
# Callers' channels that ended from $2 to before $3: by their last event, or because an Asterisk
# started at $4 had taken all before with it. What is asked for by its end is asked for once: by its
# beginning it would be asked for as long as a call may last. One by one (LATERAL with LIMIT):
# a plan made without values, or for a table that has no statistics yet, reads the whole log. By
# the channel's id alone: a limit of time beside it is an index that reads everything of that time.
ENDED_ARRIVALS = """
    SELECT r.call_id, r.unique_id, r.at, ended.at AS ended_at
      FROM (
            SELECT x.unique_id, x.at
              FROM cel_raw x
             WHERE x.event = 'CHAN_END'
               AND x.node = $1
               AND x.at >= $2
               AND x.at < $3
            UNION ALL
            SELECT x.unique_id, $4::timestamptz
              FROM cel_raw x
             WHERE x.event = 'CHAN_START'
               AND x.node = $1
               AND x.at < $4
               AND x.at >= $4 - interval '1 day'
               AND $4 >= $2
               AND $4 < $3
               AND NOT EXISTS (
                        SELECT FROM cel_raw e
                         WHERE e.unique_id = x.unique_id
                           AND e.event = 'CHAN_END')) ended
     CROSS JOIN LATERAL (
           SELECT x.call_id, x.unique_id, x.at, x.fields
             FROM cel_raw x
            WHERE x.unique_id = ended.unique_id
              AND x.event = 'CHAN_START'
              AND x.node = $1
            LIMIT 1) r
     WHERE r.fields ->> 'context' = ANY($5)
       AND r.fields ->> 'exten' <> $6
"""
# Of those, what no call was made of; also one by one.
UNRECORDED = f"""
    SELECT r.call_id, r.unique_id, r.ended_at
      FROM ({ENDED_ARRIVALS}) r
     WHERE (SELECT true
              FROM call c
             WHERE c.call_id = r.call_id
               AND c.arrived_at BETWEEN r.at - interval '1 minute' AND r.at + interval '1 minute'
             LIMIT 1) IS NULL
"""
_COLUMNS = tuple(name for name in CelRow.__dataclass_fields__ if name not in ("time", "offset"))


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a file as it goes into the table: from one byte to another, with what was there.

    `source` is the file's identity: the SHA-256 of its first line, in hexadecimal.
    """

    source: str
    path: str
    inode: int
    start: int
    end: int
    rows: Sequence[CelRow]
    damaged: int


@dataclass(frozen=True, slots=True)
class Watched:
    """The time for which `cel_raw` is complete."""

    since: datetime
    until: datetime


async def places(db: Db, node: str) -> dict[str, int]:
    """The byte up to which each file has been read, by source."""
    rows = await db.fetch("SELECT source, read_to FROM cel_file WHERE node = $1", node)
    return {row["source"]: row["read_to"] for row in rows}


async def load(db: Db, node: str, piece: Piece) -> bool:
    """One statement, so rows and place are written together or not at all.

    False, and nothing written, when the file has been read further or less far than
    `piece.start`: somebody else loads it too.
    """
    calls = {row.linked_id: found for row in piece.rows if (found := call_of(row))}
    written = await db.fetchval(
        f"""
        WITH advanced AS (
            INSERT INTO cel_file AS f (node, source, path, inode, read_to, records, damaged)
            VALUES ($1, $2, $3, $4, $6, cardinality($8::bigint[]), $7)
            ON CONFLICT (node, source) DO UPDATE
               SET path = excluded.path,
                   inode = excluded.inode,
                   read_to = excluded.read_to,
                   records = f.records + excluded.records,
                   damaged = f.damaged + excluded.damaged,
                   read_at = excluded.read_at
             WHERE f.read_to = $5
            RETURNING true),
        named AS (
            UPDATE cel_raw r
               SET call_id = k.call_id
              FROM unnest($15::text[], $16::uuid[]) AS k (linked_id, call_id)
             WHERE r.linked_id = k.linked_id
               AND r.node = $1
               AND r.call_id IS NULL
               AND EXISTS (SELECT FROM advanced)),
        inserted AS (
            INSERT INTO cel_raw (node, source, position, at, event, unique_id, linked_id, call_id,
                                 fields)
            SELECT $1, $2, g.position, g.at, g.event, g.unique_id, g.linked_id,
                   coalesce(g.call_id, (
                       SELECT r.call_id
                         FROM cel_raw r
                        WHERE r.linked_id = g.linked_id
                          AND r.node = $1
                          AND r.call_id IS NOT NULL
                        LIMIT 1)),
                   g.fields
              FROM unnest($8::bigint[], $9::timestamptz[], $10::text[], $11::text[], $12::text[],
                          $13::uuid[], $14::jsonb[])
                   AS g (position, at, event, unique_id, linked_id, call_id, fields)
             WHERE EXISTS (SELECT FROM advanced)
            ON CONFLICT (node, source, position) DO NOTHING)
        SELECT EXISTS (SELECT FROM advanced)
         WHERE {_UNHURRIED}
        """,
        *(node, piece.source, piece.path, piece.inode, piece.start, piece.end, piece.damaged),
        [row.offset for row in piece.rows],
        [row.time for row in piece.rows],
        [row.event for row in piece.rows],
        [row.unique_id for row in piece.rows],
        [row.linked_id for row in piece.rows],
        [call_of(row) or calls.get(row.linked_id) for row in piece.rows],
        [_fields(row) for row in piece.rows],
        list(calls),
        list(calls.values()),
    )
    return bool(written)


async def note_read(db: Db, node: str, until: datetime) -> None:
    """Everything Asterisk wrote before `until` is in the table."""
    told = await db.fetchval(
        f"""
        UPDATE cel_watch SET read_until = greatest(read_until, $2)
         WHERE node = $1
           AND {_UNHURRIED}
        RETURNING true
        """,
        *(node, until),
    )
    if told is None:
        await db.execute(
            """
            INSERT INTO cel_watch (node, since, read_until)
            SELECT $1, coalesce((SELECT min(at) FROM cel_raw WHERE node = $1), $2), $2
            ON CONFLICT (node) DO NOTHING
            """,
            *(node, until),
        )


def ended_arrivals(
    node: str, since: datetime, until: datetime, booted_at: datetime
) -> tuple[object, ...]:
    """The arguments of `ENDED_ARRIVALS` and `UNRECORDED`."""
    return node, since, until, booted_at, ENTRIES, OUTGOING


async def watched(db: Db, node: str) -> Watched | None:
    """None before the log was read for the first time."""
    row = await db.fetchrow("SELECT since, read_until FROM cel_watch WHERE node = $1", node)
    return Watched(row["since"], row["read_until"]) if row else None


async def rows_of(db: Db, calls: Collection[UUID]) -> dict[UUID, list[CelRow]]:
    """All rows of these calls; a call without rows has an empty list."""
    found = await db.fetch(
        """
        SELECT call_id, at, position, fields
          FROM cel_raw
         WHERE call_id = ANY($1)
         ORDER BY at, position
        """,
        list(calls),
    )
    by_call: dict[UUID, list[CelRow]] = {call: [] for call in calls}
    for row in found:
        by_call[row["call_id"]].append(_row(row))
    return by_call


async def rows_of_linked(db: Db, node: str, linked_id: str) -> list[CelRow]:
    """All rows of the channels that belong together with this one."""
    found = await db.fetch(
        """
        SELECT at, position, fields
          FROM cel_raw
         WHERE node = $1
           AND linked_id = $2
         ORDER BY at, position
        """,
        *(node, linked_id),
    )
    return [_row(row) for row in found]


async def last_before(db: Db, node: str, moment: datetime) -> datetime | None:
    """The last sign of life of an Asterisk that was started again at `moment`.

    Its file is looked at from its end: positions rise with time within one file.
    """
    found: datetime | None = await db.fetchval(
        """
        SELECT max(last.at)
          FROM cel_file f
         CROSS JOIN LATERAL (
               SELECT r.at
                 FROM cel_raw r
                WHERE r.node = f.node
                  AND r.source = f.source
                  AND r.at < $2
                ORDER BY r.position DESC
                LIMIT 1) last
         WHERE f.node = $1
        """,
        *(node, moment),
    )
    return found


def _fields(row: CelRow) -> str:
    """Every column as JSON text; `extra`, which is JSON already, as what it says."""
    return msgspec.json.encode(
        {name: _extra(row.extra) if name == "extra" else getattr(row, name) for name in _COLUMNS}
    ).decode()


def _extra(text: str) -> Any:
    """PostgreSQL's jsonb holds anything but NUL."""
    if "\\u0000" in text:
        return text
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text


def _row(found: Mapping[str, Any]) -> CelRow:
    fields = msgspec.json.decode(found["fields"])
    extra = fields["extra"]
    if not isinstance(extra, str):
        fields["extra"] = msgspec.json.encode(extra).decode()
    return CelRow(time=found["at"], offset=found["position"], **fields)
