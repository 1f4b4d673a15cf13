"""Who did what to whom, and why: the table `audit`. Rows are only ever added."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ari_app.store.db import Db


async def note(db: Db, *, who: str, action: str, object: str, detail: Mapping[str, Any]) -> None:
    await db.execute(
        "INSERT INTO audit (who, action, object, detail) VALUES ($1, $2, $3, $4)",
        *(who, action, object, msgspec.json.encode(detail).decode()),
    )
