"""What callers left in mailboxes: `message`. The engine writes the row, see MessageLeft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ari_app.domain.errors import NotFound
from ari_app.domain.facts import Outcome
from ari_app.domain.message import AwaitedFile, Flaw, KeptMessage, LeftMessage, MessageName
from ari_app.store.db import Db


@dataclass(frozen=True, slots=True)
class Message:
    """`name` is the live recording's; `path` its file once somebody has looked at it, and
    `flaw` why there is nothing to hear."""

    id: UUID
    mailbox: str
    call_id: UUID
    caller: str | None
    language: str | None
    name: str
    seconds: float
    left_at: datetime
    path: str | None
    heard_at: datetime | None
    heard_by: int | None
    flaw: Flaw | None


COLUMNS = """
    id, mailbox, call_id, caller, language, name, seconds, left_at, path, heard_at, heard_by, flaw
"""


async def unheard(db: Db, mailbox: str, *, limit: int = 50) -> list[Message]:
    """What can be heard, oldest first: whoever has waited longest is called back first."""
    rows = await db.fetch(
        f"""
        SELECT {COLUMNS}
          FROM message
         WHERE mailbox = $1
           AND heard_at IS NULL
           AND path IS NOT NULL
           AND flaw IS NULL
         ORDER BY left_at
         LIMIT $2
        """,
        mailbox,
        limit,
    )
    return [_message(row) for row in rows]


async def of_call(db: Db, call_id: UUID) -> list[Message]:
    """In the order they were left."""
    rows = await db.fetch(
        f"SELECT {COLUMNS} FROM message WHERE call_id = $1 ORDER BY left_at", call_id
    )
    return [_message(row) for row in rows]


async def attach_file(db: Db, message: UUID, kept: KeptMessage) -> None:
    """What was read from the file. Safe to repeat; raises NotFound."""
    found = await db.fetchval(
        """
        UPDATE message
           SET path = $2, sha256 = $3, bytes = $4, seconds = $5, flaw = $6
         WHERE id = $1
        RETURNING true
        """,
        message,
        kept.path,
        kept.sha256,
        kept.bytes,
        kept.seconds,
        kept.flaw,
    )
    if found is None:
        raise NotFound("message", str(message))


async def mark_heard(db: Db, message: UUID, agent: int) -> None:
    """Safe to repeat: the first agent and time are kept. Raises NotFound."""
    found = await db.fetchval(
        """
        UPDATE message
           SET heard_at = coalesce(heard_at, now()),
               heard_by = coalesce(heard_by, $2)
         WHERE id = $1
        RETURNING true
        """,
        message,
        agent,
    )
    if found is None:
        raise NotFound("message", str(message))


async def mailboxes(db: Db) -> set[str]:
    """What flows may name."""
    return {row["name"] for row in await db.fetch("SELECT name FROM mailbox")}


# What a message outdoes. REACHED in flows/active.py is the order while a flow runs.
OUTDONE = (
    Outcome.ABANDONED_IN_FLOW,
    Outcome.SERVED_BY_FLOW,
    Outcome.ABANDONED,
    Outcome.FALLBACK,
    Outcome.FAILED,
)


async def find_left(db: Db, name: MessageName) -> LeftMessage | None:
    """Whatever is known of this message; None when its call is unknown too."""
    row = await db.fetchrow(
        """
        SELECT coalesce(m.arrived_at, c.arrived_at) AS arrived_at,
               c.ended_at,
               coalesce(m.caller, c.caller, '') AS caller,
               coalesce(m.language, c.language, 'zh') AS language,
               coalesce(m.mailbox, p.state ->> 'mailbox') AS mailbox,
               m.id IS NOT NULL AS is_written
          FROM (SELECT $1::uuid AS call_id) k
          LEFT JOIN call c ON c.call_id = k.call_id
          LEFT JOIN message m ON m.id = $2
          LEFT JOIN call_place p ON p.call_id = k.call_id AND p.state ->> 'recording' = $3
         WHERE m.id IS NOT NULL OR c.call_id IS NOT NULL
        """,
        name.call_id,
        name.id,
        str(name),
    )
    return LeftMessage(**row) if row else None


async def flag(db: Db, message: UUID, flaw: Flaw) -> None:
    """There is no file to attach, and why. Never hides a file that is attached."""
    await db.execute("UPDATE message SET flaw = $2 WHERE id = $1 AND path IS NULL", message, flaw)


async def reached(db: Db, call_id: UUID) -> None:
    """The outcome of an ended call, unless it reached more than a message."""
    await db.execute(
        """
        UPDATE call
           SET outcome = $2
         WHERE call_id = $1
           AND ended_at IS NOT NULL
           AND (outcome IS NULL OR outcome = ANY($3))
        """,
        call_id,
        Outcome.LEFT_MESSAGE,
        OUTDONE,
    )


async def awaited(db: Db, node: str, *, limit: int = 100) -> list[AwaitedFile]:
    """Neither file nor flaw, oldest first, of calls that came in on this node or on none."""
    rows = await db.fetch(
        """
        SELECT m.id, m.call_id, m.arrived_at, m.name, m.left_at
          FROM message m
          LEFT JOIN call c ON c.call_id = m.call_id AND c.arrived_at = m.arrived_at
         WHERE m.path IS NULL
           AND m.flaw IS NULL
           AND coalesce(c.node, $1) = $1
         ORDER BY m.left_at
         LIMIT $2
        """,
        node,
        limit,
    )
    return [AwaitedFile(**row) for row in rows]


def _message(row: Mapping[str, Any]) -> Message:
    return Message(**{**row, "flaw": Flaw(row["flaw"]) if row["flaw"] else None})
