"""Published flow files: `flow_version`, `flow_version_file`, `flow_text`. Rows are only added."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import msgspec

from ari_app.domain.errors import Conflict, NotFound
from ari_app.domain.flow_files import FlowFiles, version_of
from ari_app.store.db import Db

CHANGED = "flows"
"""PostgreSQL's channel that says when another version is live."""
COLUMNS = "number, at, who, why, version, rolled_back_to"


@dataclass(frozen=True, slots=True)
class FlowVersion:
    """`version` is of the files' names and texts; `rolled_back_to` is the number it repeats."""

    number: int
    at: datetime
    who: str
    why: str
    version: str
    rolled_back_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants live, and which number they saw live (None: nothing was)."""

    files: FlowFiles
    who: str
    why: str
    seen: int | None
    rolled_back_to: int | None = None


async def latest(db: Db) -> FlowVersion | None:
    """The live one; None before anything was published."""
    row = await db.fetchrow(f"SELECT {COLUMNS} FROM flow_version ORDER BY number DESC LIMIT 1")
    return FlowVersion(**row) if row else None


async def newest(db: Db, limit: int) -> Sequence[FlowVersion]:
    rows = await db.fetch(
        f"SELECT {COLUMNS} FROM flow_version ORDER BY number DESC LIMIT $1", limit
    )
    return [FlowVersion(**row) for row in rows]


async def find(db: Db, number: int) -> FlowVersion:
    """Raises: NotFound."""
    row = await db.fetchrow(f"SELECT {COLUMNS} FROM flow_version WHERE number = $1", number)
    if row is None:
        raise NotFound("flow version", number)
    return FlowVersion(**row)


async def files(db: Db, version: str) -> FlowFiles:
    """Raises: NotFound when no such set was ever published."""
    rows = await db.fetch(
        """
        SELECT f.name, t.text
          FROM flow_version_file f
          JOIN flow_text t ON t.digest = f.digest
         WHERE f.number = (SELECT max(number) FROM flow_version WHERE version = $1)
        """,
        version,
    )
    if not rows:
        raise NotFound("flow version", version)
    return {row["name"]: row["text"] for row in rows}


async def publish(db: Db, wish: Wish) -> int:
    """The new number; one statement, so all of it or nothing.

    Raises:
        Conflict: something else went live since `seen`.
    """
    names, version = sorted(wish.files), version_of(wish.files)
    texts = [wish.files[name] for name in names]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    detail = {"why": wish.why, "version": version, "follows": wish.seen}
    try:
        number = await db.fetchval(
            """
            WITH new AS (
                INSERT INTO flow_version (who, why, version, follows, rolled_back_to)
                SELECT $1, $2, $3, $4, $5
                 WHERE (SELECT max(number) FROM flow_version) IS NOT DISTINCT FROM $4::bigint
                RETURNING number),
            text AS (
                INSERT INTO flow_text (digest, text)
                SELECT DISTINCT given.* FROM new, unnest($7::text[], $8::text[]) AS given
                ON CONFLICT DO NOTHING),
            file AS (
                INSERT INTO flow_version_file (number, name, digest)
                SELECT new.number, given.* FROM new, unnest($6::text[], $7::text[]) AS given),
            noted AS (
                INSERT INTO audit (who, action, object, detail)
                SELECT $1, $9, 'flow version ' || number, $10::jsonb FROM new)
            SELECT number FROM new
            """,
            *(wish.who, wish.why, version, wish.seen, wish.rolled_back_to),
            *(names, digests, texts),
            "flow_publish" if wish.rolled_back_to is None else "flow_rollback",
            msgspec.json.encode(detail).decode(),
        )
    except asyncpg.UniqueViolationError:
        number = None
    if number is None:
        raise Conflict("another version went live meanwhile")
    return int(number)
