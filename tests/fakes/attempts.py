"""Attempts in a PostgreSQL that is there or away, and has what the journal was told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from ari_app.domain.errors import Unavailable
from ari_app.domain.outbound_facts import AttemptMade
from tests.fakes.journal import FakeJournal


class FakeAttempts:
    def __init__(self, journal: FakeJournal) -> None:
        self.before: list[tuple[str, datetime]] = []  # what earlier processes dialled
        self.is_away = False
        self.claims = True  # an attempt for a callback gets it
        self._journal = journal

    async def made_since(self, since: datetime) -> Sequence[tuple[str, datetime]]:
        self._need()
        return [one for one in self.before if one[1] > since]

    async def is_made(self, attempt_id: UUID) -> bool:
        self._need()
        made = [fact.attempt_id for fact in self._journal.of(AttemptMade)]
        return attempt_id in made and self.claims

    def _need(self) -> None:
        if self.is_away:
            raise Unavailable("PostgreSQL is away")
