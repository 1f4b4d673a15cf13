"""Finding calls by the beginning of their id, as people type it."""

import re
from uuid import UUID

from ari_app.store.db import Db

HEX_DIGITS = 32
HEX = re.compile(r"[0-9a-f]{1,32}")


async def beginning_with(db: Db, prefix: str, *, limit: int = 3) -> list[UUID]:
    """Newest first. `prefix` is hexadecimal, hyphens wherever one likes.

    Raises:
        ValueError: it cannot be the beginning of an id.
    """
    digits = prefix.replace("-", "").lower()
    if not HEX.fullmatch(digits):
        raise ValueError(f"{prefix!r} is not the beginning of a call id")
    rows = await db.fetch(
        """
        SELECT call_id
          FROM call
         WHERE call_id BETWEEN $1 AND $2
         ORDER BY arrived_at DESC
         LIMIT $3
        """,
        UUID(digits.ljust(HEX_DIGITS, "0")),
        UUID(digits.ljust(HEX_DIGITS, "f")),
        limit,
    )
    return [row["call_id"] for row in rows]
