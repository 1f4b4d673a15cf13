"""Who comes to work, or learns something: told once to all who wait for anybody to come."""

import asyncio

from ari_app.workers.outlook import AT_WORK
from ari_app.workers.roster import Seat


class Comings:
    def __init__(self) -> None:
        self.next = asyncio.Event()  # set once; whoever comes after sets another one
        self._here: set[int] = set()

    def moved(self, seat: Seat) -> None:
        """Hears of each move, and tells of those who were not at work before it."""
        number = seat.member.id
        if seat.state not in AT_WORK:
            self._here.discard(number)
        elif number not in self._here:
            self._here.add(number)
            self.tell()

    def tell(self) -> None:
        came, self.next = self.next, asyncio.Event()
        came.set()
