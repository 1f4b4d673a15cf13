"""Forgets the first rows of `cel_raw`, in bounded statements."""

from dataclasses import dataclass
from datetime import datetime

from ari_app.store.db import Db


@dataclass(frozen=True, slots=True)
class Source:
    """One file of Asterisk's event log, by the digest of its first line."""

    node: str
    digest: str


async def sources(db: Db) -> list[Source]:
    """Every file that was ever read, of every node."""
    rows = await db.fetch("SELECT node, source FROM cel_file ORDER BY node, begun_at")
    return [Source(row["node"], row["source"]) for row in rows]


async def forget(db: Db, source: Source, before: datetime, limit: int) -> int:
    """Up to `limit` of the file's first rows, those that are older; returns how many.

    Positions rise with time within one file, so it looks at no more rows than it may delete. The
    time for which the table is complete begins later from then on. What was read of the file
    stays known: nothing is loaded again.
    """
    gone: int = await db.fetchval(
        """
        WITH first AS (
            SELECT position, at
              FROM cel_raw
             WHERE node = $1
               AND source = $2
             ORDER BY position
             LIMIT $4),
        gone AS (
            DELETE FROM cel_raw r
             USING first f
             WHERE r.node = $1
               AND r.source = $2
               AND r.position = f.position
               AND f.at < $3
            RETURNING r.at),
        later AS (
            UPDATE cel_watch
               SET since = greatest(since, $3)
             WHERE node = $1
               AND EXISTS (SELECT FROM gone))
        SELECT count(*) FROM gone
        """,
        *(source.node, source.digest, before, limit),
    )
    return gone
