"""Callbacks in a PostgreSQL that has what the journal was told, as fact_sql/outbound.py says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from ari_app.domain.callback import Owed
from ari_app.domain.outbound_facts import AttemptMade, CallbackClosed, CallbackPutOff
from tests.fakes.attempts import FakeAttempts
from tests.fakes.clock import NOON
from tests.fakes.journal import FakeJournal


def owed(number: str = "13800138000", **changed: object) -> Owed:
    values: dict[str, object] = {
        "id": UUID(int=int(number)),
        "number": number,
        "queue": "orders",
        "place_since": NOON,
        "due_at": NOON,
        "due_until": None,
        "tries": 0,
        "language": "zh",
        "customer_id": None,
        "dialled": "95001",
        "flow": "hotline",
        "priority": 0,
        "tier": "normal",
    }
    return Owed(**(values | changed))  # type: ignore[arg-type]


class FakeCallbacks(FakeAttempts):
    def __init__(self, journal: FakeJournal, *owed: Owed) -> None:
        super().__init__(journal)
        self.booked = {one.id: one for one in owed}
        self.cancelled: set[UUID] = set()

    async def due(self) -> Sequence[Owed]:
        self._need()
        found = [one for number in self.booked if (one := self._now(number)) is not None]
        return sorted(found, key=lambda one: one.place_since)

    async def is_made(self, attempt_id: UUID) -> bool:
        """The first attempt after a callback became due has it."""
        made = {fact.attempt_id: fact.callback_id for fact in self._journal.of(AttemptMade)}
        callback = made.get(attempt_id)
        return await super().is_made(attempt_id) and callback not in self.cancelled

    def state(self, number: UUID) -> str:
        (closed,) = self._closed(number)
        return f"{closed.end.value} {closed.reason}"

    def _closed(self, number: UUID) -> list[CallbackClosed]:
        return [one for one in self._journal.of(CallbackClosed) if one.callback_id == number]

    def _now(self, number: UUID) -> Owed | None:
        booked = self.booked[number]
        if number in self.cancelled or self._closed(number):
            return None
        due_at: datetime | None = booked.due_at
        tries = booked.tries
        for fact in self._journal.facts:
            if isinstance(fact, AttemptMade) and fact.callback_id == number:
                due_at, tries = None, tries + 1
            elif isinstance(fact, CallbackPutOff) and fact.callback_id == number:
                due_at = fact.due_at
        return replace(booked, due_at=due_at, tries=tries) if due_at is not None else None
