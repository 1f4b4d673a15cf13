"""The recorder's index in PostgreSQL."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from ari_app.domain.recording import CallTimes, IndexedRecording, Reason, RecordingState
from ari_app.store import recordings
from ari_app.store.db import Db

T = TypeVar("T")


class Ask(Protocol):
    """Runs one store function on a connection; raises Unavailable when there is none."""

    async def __call__(self, question: Callable[[Db], Awaitable[T]]) -> T: ...


class StoredIndex:
    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def index(self, row: IndexedRecording) -> None:
        await self._ask(lambda db: recordings.index(db, row))

    async def flag(
        self,
        call_id: UUID,
        arrived_at: datetime,
        state: RecordingState,
        reasons: tuple[Reason, ...],
    ) -> None:
        await self._ask(lambda db: recordings.flag(db, call_id, arrived_at, state, reasons))

    async def is_indexed(self, call_id: UUID) -> bool:
        return await self._ask(lambda db: recordings.is_indexed(db, call_id))

    async def times(self, calls: Collection[UUID]) -> Mapping[UUID, CallTimes]:
        """What the recorder's sweep asks of all calls in the spool; unknown ones are left out."""
        return await self._ask(lambda db: recordings.times(db, calls))
