"""Storms that were switched on, and the one in force: `storm`. Each change is audited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from ari_app.domain.errors import NotFound
from ari_app.domain.storm import Storm, StormProfile
from ari_app.store.db import Db

CHANGED = "storm"
"""PostgreSQL's channel that says when `active` would answer differently."""

DEADLINE = "deadline"
COLUMNS = "id, name, profile, who, why, began_at, until"


@dataclass(frozen=True, slots=True)
class PastStorm:
    """`ended_by` None: in force, or past its deadline and nobody noted it yet."""

    name: str
    who: str
    why: str
    began_at: datetime
    until: datetime
    ended_at: datetime | None
    ended_by: str | None


async def active(db: Db) -> Storm | None:
    """The one in force now, by PostgreSQL's clock. Raises: msgspec.ValidationError."""
    row = await db.fetchrow(f"SELECT {COLUMNS} FROM storm WHERE ended_at IS NULL AND until > now()")
    return _storm(row) if row else None


async def begin(
    db: Db, name: str, profile: StormProfile, who: str, why: str, until: datetime
) -> Storm:
    """Raises: asyncpg.UniqueViolationError while another one is in force."""
    await note_ended(db)
    row = await db.fetchrow(
        f"""
        WITH begun AS (
            INSERT INTO storm (name, profile, who, why, until)
            VALUES ($1, $2, $3, $4, $5)
            RETURNING {COLUMNS}),
        noted AS (
            INSERT INTO audit (who, action, object, detail)
            SELECT who, 'storm on', name, jsonb_build_object('why', why, 'until', until)
              FROM begun)
        SELECT {COLUMNS} FROM begun
        """,
        *(name, msgspec.json.encode(profile).decode(), who, why, until),
    )
    assert row is not None
    return _storm(row)


async def end(db: Db, who: str, why: str) -> str:
    """Before its deadline; the profile's name. Raises: NotFound when none is in force."""
    await note_ended(db)
    name = await db.fetchval(
        """
        WITH ended AS (
            UPDATE storm SET ended_at = now(), ended_by = $1
             WHERE ended_at IS NULL
            RETURNING name),
        noted AS (
            INSERT INTO audit (who, action, object, detail)
            SELECT $1, 'storm off', name, jsonb_build_object('why', $2::text) FROM ended)
        SELECT name FROM ended
        """,
        who,
        why,
    )
    if name is None:
        raise NotFound("storm", "in force")
    return str(name)


async def note_ended(db: Db) -> None:
    """What was over by itself is written down as that. Safe to repeat."""
    await db.execute(
        """
        WITH ended AS (
            UPDATE storm SET ended_at = until, ended_by = $1
             WHERE ended_at IS NULL AND until <= now()
            RETURNING name)
        INSERT INTO audit (who, action, object) SELECT $1, 'storm off', name FROM ended
        """,
        DEADLINE,
    )


async def lately(db: Db, most: int = 10) -> Sequence[PastStorm]:
    """The latest first."""
    rows = await db.fetch(
        "SELECT name, who, why, began_at, until, ended_at, ended_by FROM storm"
        " ORDER BY began_at DESC LIMIT $1",
        most,
    )
    return [PastStorm(**row) for row in rows]


def _storm(row: Mapping[str, Any]) -> Storm:
    profile = msgspec.json.decode(row["profile"], type=StormProfile)
    return Storm(**{**row, "profile": profile})
