"""A recording index in memory that can be away, or broken for some calls."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ari_app.domain.errors import Unavailable
from ari_app.domain.recording import IndexedRecording, Reason, RecordingState


@dataclass
class MemoryIndex:
    rows: dict[UUID, IndexedRecording] = field(default_factory=dict)
    flags: list[tuple[UUID, RecordingState, Reason]] = field(default_factory=list)
    away_for: int = 0  # so many more questions are refused
    broken_for: set[UUID] = field(default_factory=set)

    async def index(self, row: IndexedRecording) -> None:
        self._answer(row.call_id)
        self.rows[row.call_id] = row

    async def flag(
        self,
        call_id: UUID,
        arrived_at: datetime,
        state: RecordingState,
        reasons: tuple[Reason, ...],
    ) -> None:
        self._answer(call_id)
        self.flags.append((call_id, state, reasons[0]))

    async def is_indexed(self, call_id: UUID) -> bool:
        self._answer(call_id)
        return call_id in self.rows

    def _answer(self, call_id: UUID) -> None:
        if self.away_for:
            self.away_for -= 1
            raise Unavailable("PostgreSQL")
        if call_id in self.broken_for:
            raise ValueError("a bug")
