"""Loads Asterisk's event log into PostgreSQL, every row exactly once, in bounded pieces.

It looks at the files twice a second. That is one stat of one file, some microseconds; being
told of changes instead (inotify) would need code of our own in C types, does not work on
network file systems, and would still need this look for what was missed.
"""

import asyncio
import logging
from datetime import datetime
from pathlib import Path

from ari_app.domain.errors import Unavailable
from ari_app.ports import Clock
from ari_app.store import cel
from ari_app.workers.cel_files import CelFiles, Found
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between looks at files that do not grow
AWAY_PAUSE = 1.0  # seconds until PostgreSQL or the disk is tried again
NOTE_SECONDS = 1.0  # how often it is written down that nothing is left to read


class CelLoader:
    """Holds nothing that is not on disk already: it may die at any moment.

    `loaded`, `damaged`, `read_until` and `away_since` are for metrics and health.
    """

    def __init__(self, ask: Ask, live: Path, node: str, clock: Clock) -> None:
        self._ask = ask
        self._node = node
        self._clock = clock
        self._files = CelFiles(live)
        self._places: dict[str, int] | None = None
        self._turn = asyncio.Lock()  # `run` and `catch_up` take pieces in turn
        self._looked_at = clock.now()
        self.loaded = 0
        self.damaged = 0
        self.read_until: datetime | None = None
        self.away_since: datetime | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                while await self.step():
                    pass  # a backlog: every piece lets others have their turn
                await self._note_read()
            except (Unavailable, OSError) as error:
                self._note_away(error)
                await asyncio.sleep(AWAY_PAUSE)
            else:
                self.away_since = None
                await asyncio.sleep(PAUSE)

    async def catch_up(self) -> datetime:
        """Everything written until the returned time is loaded; raises Unavailable, OSError."""
        while await self.step():
            pass
        return await self._note_read(at_once=True)

    async def step(self) -> bool:
        """Loads one piece; False when there is none. Raises Unavailable or OSError."""
        async with self._turn:
            places = self._places
            if places is None:
                places = await self._ask(lambda db: cel.places(db, self._node))
            self._places = None  # until this piece is known to be written or not
            self._looked_at = self._clock.now()
            found = await asyncio.to_thread(self._files.next, places)
            if found is None or await self._load(found, places):
                self._places = places
        return found is not None

    async def _load(self, found: Found, places: dict[str, int]) -> bool:
        """False when another loader was faster."""
        piece = found.piece
        if not await self._ask(lambda db: cel.load(db, self._node, piece)):
            return False
        places[piece.source] = piece.end
        self.loaded += len(piece.rows)
        self.damaged += piece.damaged
        for damage in found.damage:
            log.warning(
                "an unreadable record in the event log",
                extra={
                    "file": piece.path,
                    "fault": damage.fault.value,
                    "offset": damage.offset,
                    "pii_excerpt": repr(damage.excerpt),
                },
            )
        return True

    async def _note_read(self, *, at_once: bool = False) -> datetime:
        """The time of the last look, which found nothing more."""
        until = self._looked_at
        last = self.read_until
        if at_once or last is None or (until - last).total_seconds() >= NOTE_SECONDS:
            await self._ask(lambda db: cel.note_read(db, self._node, until))
            self.read_until = until
        return until

    def _note_away(self, error: Exception) -> None:
        if self.away_since is None:
            self.away_since = self._clock.now()
            log.warning("the event log waits", extra={"error": str(error)})
