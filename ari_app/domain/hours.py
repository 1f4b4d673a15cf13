"""When something is open, week by week. Times are seconds since local midnight."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

DAY = 86_400
MOST_JOINED = 15  # two a day; a longer row of openings without a gap is a week that never closes


class Opening(msgspec.Struct, frozen=True):
    """`weekday` is 1 for Monday to 7; `closes` at most DAY. Over midnight: two of them."""

    weekday: int
    opens: int
    closes: int


class WeeklyHours(msgspec.Struct, frozen=True):
    """No openings at all: always open. Moments are aware, in the zone the hours are meant in."""

    openings: tuple[Opening, ...] = ()

    def is_open(self, local: datetime) -> bool:
        return not self.openings or self._around(local) is not None

    def closes_at(self, local: datetime) -> datetime | None:
        """The end of the present opening, joined with those right behind it; None for never, and
        when it is not open."""
        found, moment = None, local
        for _ in range(MOST_JOINED):
            opening = self._around(moment)
            if opening is None:
                return found
            midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
            found = moment = midnight + timedelta(seconds=opening.closes)
        return None

    def _around(self, local: datetime) -> Opening | None:
        second = (local.hour * 60 + local.minute) * 60 + local.second
        return next(
            (
                one
                for one in self.openings
                if one.weekday == local.isoweekday() and one.opens <= second < one.closes
            ),
            None,
        )


ALWAYS_OPEN = WeeklyHours()


def opening_problems(openings: Sequence[Opening], place: str) -> list[str]:
    """Openings of one day must not overlap: nobody could say what was meant."""
    found = []
    ordered = sorted(openings, key=lambda one: (one.weekday, one.opens))
    for before, after in pairwise(ordered):
        if before.weekday == after.weekday and after.opens < before.closes:
            found.append(f"{place}: two openings of weekday {after.weekday} overlap")
    return found
