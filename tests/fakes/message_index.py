"""A message index in memory that can be away, and the journal that writes its rows."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ari_app.domain.errors import NotFound, Unavailable
from ari_app.domain.facts import Fact, MessageLeft
from ari_app.domain.message import AwaitedFile, Flaw, KeptMessage, LeftMessage, MessageName


@dataclass
class KnownCall:
    arrived_at: datetime
    ended_at: datetime | None
    caller: str = "13900000001"
    language: str = "zh"
    mailbox: str | None = None  # where its place says it was leaving a message
    has_message: bool = False  # its outcome is at least that


@dataclass
class MemoryMessages:
    calls: dict[UUID, KnownCall] = field(default_factory=dict)
    rows: dict[UUID, MessageLeft] = field(default_factory=dict)
    files: dict[UUID, KeptMessage] = field(default_factory=dict)
    flags: dict[UUID, Flaw] = field(default_factory=dict)
    away_for: int = 0  # so many more questions are refused

    # ---- the index ----

    async def find(self, name: MessageName) -> LeftMessage | None:
        self._answer()
        call, row = self.calls.get(name.call_id), self.rows.get(name.id)
        if call is None:
            return None
        return LeftMessage(
            arrived_at=call.arrived_at,
            ended_at=call.ended_at,
            caller=call.caller,
            language=call.language,
            mailbox=row.mailbox if row else call.mailbox,
            is_written=row is not None,
        )

    async def attach(self, message: UUID, kept: KeptMessage) -> None:
        self._answer()
        if message not in self.rows:
            raise NotFound("message", str(message))
        self.files[message] = kept
        self.flags.pop(message, None)

    async def flag(self, message: UUID, flaw: Flaw) -> None:
        self._answer()
        if message not in self.files:
            self.flags[message] = flaw

    async def reached(self, call_id: UUID) -> None:
        self._answer()
        self.calls[call_id].has_message = True

    async def awaited(self) -> list[AwaitedFile]:
        self._answer()
        return [
            AwaitedFile(id, row.call_id, row.arrived_at, row.name, row.at)
            for id, row in self.rows.items()
            if id not in self.files and id not in self.flags
        ]

    def _answer(self) -> None:
        if self.away_for:
            self.away_for -= 1
            raise Unavailable("PostgreSQL")

    # ---- the journal ----

    def write(self, *facts: Fact) -> None:
        for fact in facts:
            assert isinstance(fact, MessageLeft)
            self.rows.setdefault(fact.message_id, fact)

    async def durable(self) -> None:
        """Everything is, at once."""

    committed = durable
