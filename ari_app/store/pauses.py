"""Why agents may pause: the table `pause_reason`."""

from ari_app.domain.agent import Reason
from ari_app.domain.pauses import PauseReason, Pauses
from ari_app.store.db import Db


async def load(db: Db) -> Pauses:
    rows = await db.fetch(
        """
        SELECT name, title_zh, title_en, digit, longest_seconds, is_work
          FROM pause_reason
         ORDER BY digit
        """
    )
    return Pauses(
        PauseReason(
            Reason(row["name"]),
            row["title_zh"],
            row["title_en"],
            str(row["digit"]),
            row["longest_seconds"],
            row["is_work"],
        )
        for row in rows
    )
