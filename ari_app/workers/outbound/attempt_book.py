"""Attempts in PostgreSQL, as the gate asks for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ari_app.store import attempts
from ari_app.workers.recording_index import Ask


class AttemptBook(Protocol):
    """Each raises Unavailable."""

    async def made_since(self, since: datetime) -> Sequence[tuple[str, datetime]]:
        """Number and time of each that was not refused, in order."""

    async def is_made(self, attempt_id: UUID) -> bool:
        """Is it committed, and still to be dialled?"""


class StoredAttempts:
    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def made_since(self, since: datetime) -> Sequence[tuple[str, datetime]]:
        return await self._ask(lambda db: attempts.made_since(db, since))

    async def is_made(self, attempt_id: UUID) -> bool:
        return await self._ask(lambda db: attempts.is_made(db, attempt_id))
