"""Being the one engine: a lock against a second process here, a lease against one elsewhere."""

import asyncio
import contextlib
import fcntl
import logging
import os
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import IO

from ari_app.domain.errors import Conflict, Fenced, Unavailable
from ari_app.store import lease
from ari_app.store.db import Db
from ari_app.store.lease import Lease
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

NAME = "engine"
VALID = timedelta(seconds=6)
RENEW_SECONDS = 1.5
RETRY_SECONDS = 0.5


def lock(folder: Path) -> IO[str]:
    """Held until this process ends, however it ends.

    Raises:
        Conflict: another engine works in this folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "engine.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        other = file.read().strip() or "?"
        raise Conflict(
            f"another ari_app (process {other}) serves this site; stop it first"
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


async def take(ask: Ask, holder: str) -> Lease:
    """Waits for the lease as long as another node's engine keeps it.

    `holder` is the node: its own successor gets the lease at once, with a higher fence, and
    whatever the predecessor still tries to write is refused.
    """
    told = False

    def question(db: Db) -> Awaitable[Lease | None]:
        return lease.take(db, NAME, holder=holder, valid=VALID)

    while (taken := await ask(question)) is None:
        if not told:
            log.warning("another node's engine is in charge; waiting as its stand-by")
            told = True
        await asyncio.sleep(RETRY_SECONDS)
    return taken


async def is_ours(ask: Ask, mine: Lease) -> bool:
    """Has nobody else taken it? Waits for PostgreSQL, without which that cannot be known."""
    while True:
        try:
            await _renew(ask, mine)
            return True
        except Fenced:
            return False
        except Unavailable:
            await asyncio.sleep(RETRY_SECONDS)


async def keep(ask: Ask, mine: Lease) -> None:
    """Renews until cancelled. While PostgreSQL is away nobody else can take it either.

    Raises:
        Fenced: somebody did.
    """
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        with contextlib.suppress(Unavailable):
            await _renew(ask, mine)


async def _renew(ask: Ask, mine: Lease) -> None:
    """Raises: Fenced, Unavailable."""
    await ask(lambda db: lease.renew(db, mine, valid=VALID))
