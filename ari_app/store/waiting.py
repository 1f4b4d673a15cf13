"""Who stands in line now, per queue: open rows of `queue_visit`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ari_app.store.db import Db


@dataclass(frozen=True, slots=True)
class Waiting:
    """`since` is when the one who waits longest came."""

    count: int
    since: datetime


async def per_queue(db: Db) -> dict[UUID, Waiting]:
    """Queues with nobody in them are left out."""
    rows = await db.fetch(
        """
        SELECT queue_id, count(*) AS count, min(coalesce(entered_at, arrived_at)) AS since
          FROM queue_visit
         WHERE left_at IS NULL
         GROUP BY queue_id
        """
    )
    return {row["queue_id"]: Waiting(row["count"], row["since"]) for row in rows}
