"""Which stretches of time one invariant has still to be looked at, in pieces of five minutes.

What is past and was well is never looked at again. A piece with findings stays, and one of those
is looked at again in each round, so findings of long ago cost no more than new ones.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ari_app.domain.invariants import Finding

PIECE = timedelta(minutes=5)
LATE = timedelta(minutes=2)  # rows may come so late; until then a piece is not past
AT_ONCE = 12  # pieces in one round, for an auditor that has to catch up


class Ground:
    def __init__(self) -> None:
        self._done: datetime | None = None  # all before is past
        self._bad: dict[datetime, Sequence[Finding]] = {}
        self._turn = 0

    def pieces(self, since: datetime, until: datetime) -> list[datetime]:
        """Where the pieces begin that are to be looked at now."""
        self._bad = {start: found for start, found in self._bad.items() if start + PIECE > since}
        start = _begin(max(since, self._done or since))
        fresh: list[datetime] = []
        while start < until and len(fresh) < AT_ONCE:
            fresh.append(start)
            start += PIECE
        old = sorted(self._bad.keys() - set(fresh))
        self._turn += 1
        return [*fresh, *old[self._turn % len(old) :][:1]] if old else fresh

    def note(self, start: datetime, found: Sequence[Finding], until: datetime) -> None:
        """What was found in this piece, when things were known up to `until`."""
        self._bad.pop(start, None)
        if found:
            self._bad[start] = found
        if start + PIECE + LATE <= until:
            self._done = max(self._done or start, start + PIECE)

    @property
    def findings(self) -> list[Finding]:
        return [finding for found in self._bad.values() for finding in found]


def _begin(moment: datetime) -> datetime:
    seconds = moment.timestamp() // PIECE.total_seconds() * PIECE.total_seconds()
    return datetime.fromtimestamp(seconds, UTC)
