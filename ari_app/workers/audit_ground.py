"""Which stretches of time one invariant has still to be looked at.

    looked at twice | looked at once | to come
                 settled           front

Each moment is looked at as soon as it is known, and once more when what may come late is there,
too: the cost of a round goes with what is new. A stretch with findings is looked at again, in each
round until that second look, then in turn with others: findings of long ago cost no more than new
ones.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ari_app.domain.invariants import Finding

LONGEST = timedelta(minutes=1)  # one stretch: what it finds is read in one go, beside calls
AT_ONCE = 60  # stretches in one round, for an auditor that has to catch up
LATE = timedelta(minutes=2)  # rows may come so late
SECOND_LOOK = timedelta(seconds=15)  # so much at a time


class Stretch(NamedTuple):
    """From `since` to before `until`."""

    since: datetime
    until: datetime

    def is_within(self, other: "Stretch") -> bool:
        return other.since <= self.since and self.until <= other.until


class Ground:
    def __init__(self) -> None:
        self._front: datetime | None = None
        self._settled: datetime | None = None
        self._bad: dict[Stretch, Sequence[Finding]] = {}
        self._turn = 0

    def stretches(self, since: datetime, until: datetime) -> list[Stretch]:
        """What is to be looked at now, in this order, of the time that is minded and known.

        Time that comes again, for a clock was set back, is looked at again.
        """
        self._bad = {one: found for one, found in self._bad.items() if one.until > since}
        front = self._front = max(since, min(self._front or since, until))
        settled = self._settled = max(since, min(self._settled or since, front))
        second: list[Stretch] = []
        if (ripe := min(front, until - LATE)) - settled >= SECOND_LOOK:
            second.append(Stretch(settled, min(ripe, settled + LONGEST)))
        fresh: list[Stretch] = []
        while front < until and len(fresh) < AT_ONCE:
            fresh.append(Stretch(front, min(front + LONGEST, until)))
            front = fresh[-1].until
        return [*second, *fresh, *self._again(settled, second)]

    def _again(self, settled: datetime, due: Sequence[Stretch]) -> list[Stretch]:
        """Those with findings whose turn it is and that are not `due` anyway."""
        bad = sorted(one for one in self._bad if not any(one.is_within(other) for other in due))
        young = [one for one in bad if one.until > settled]
        old = [one for one in bad if one.until <= settled]
        self._turn += 1
        return [*young, *old[self._turn % len(old) :][:1]] if old else young

    def note(self, looked: Stretch, found: Sequence[Finding], until: datetime) -> None:
        """What was found in this stretch, when things were known up to `until`."""
        self._bad = {one: was for one, was in self._bad.items() if not one.is_within(looked)}
        if found:
            self._bad[looked] = found
        if self._front is None or self._settled is None or looked.since > self._front:
            return
        self._front = max(self._front, looked.until)
        if looked.since <= self._settled and looked.until + LATE <= until:
            self._settled = max(self._settled, looked.until)

    @property
    def findings(self) -> list[Finding]:
        return [finding for found in self._bad.values() for finding in found]
