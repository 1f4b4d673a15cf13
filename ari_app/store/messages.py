"""What callers left in mailboxes: `message`. The engine writes the row, see MessageLeft."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ari_app.domain.errors import NotFound
from ari_app.store.db import Db


@dataclass(frozen=True, slots=True)
class Message:
    """`name` is the live recording's; `path` its file once the recorder has looked at it."""

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


COLUMNS = """
    id, mailbox, call_id, caller, language, name, seconds, left_at, path, heard_at, heard_by
"""


async def unheard(db: Db, mailbox: str, *, limit: int = 50) -> list[Message]:
    """Oldest first: whoever has waited longest is called back first."""
    rows = await db.fetch(
        f"""
        SELECT {COLUMNS}
          FROM message
         WHERE mailbox = $1
           AND heard_at IS NULL
         ORDER BY left_at
         LIMIT $2
        """,
        mailbox,
        limit,
    )
    return [Message(**row) for row in rows]


async def of_call(db: Db, call_id: UUID) -> list[Message]:
    """In the order they were left."""
    rows = await db.fetch(
        f"SELECT {COLUMNS} FROM message WHERE call_id = $1 ORDER BY left_at", call_id
    )
    return [Message(**row) for row in rows]


async def attach_file(
    db: Db, message: UUID, *, path: str, sha256: str, bytes: int, seconds: float
) -> None:
    """What the recorder read from the file; raises NotFound."""
    found = await db.fetchval(
        """
        UPDATE message
           SET path = $2, sha256 = $3, bytes = $4, seconds = $5
         WHERE id = $1
        RETURNING true
        """,
        message,
        path,
        sha256,
        bytes,
        seconds,
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
