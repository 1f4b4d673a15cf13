"""When waiting alone will change something: one heap, one live entry per contact.

A contact that moved on leaves its entry behind; such entries are dropped when they reach the top,
or all at once when they outnumber the contacts.
"""

import heapq
import math
from itertools import count

from ari_app.domain.acd.places import Waiter

_SLACK = 64
_Entry = tuple[float, int, int, Waiter]  # when, contact's number, push, contact


class Deadlines:
    def __init__(self) -> None:
        self._heap: list[_Entry] = []
        self._pushes = count()  # two entries may agree in everything else

    def watch(self, waiter: Waiter, contacts: int) -> None:
        """Note when this waiting contact must be looked at; `contacts` is how many are known."""
        due = waiter.next_change()
        if due == waiter.due:
            return
        self.soon(waiter, due)
        if len(self._heap) > 2 * contacts + _SLACK:
            self._heap = [entry for entry in self._heap if _is_live(entry)]
            heapq.heapify(self._heap)

    def soon(self, waiter: Waiter, due: float) -> None:
        """Look at it then, whatever it says itself."""
        waiter.due = due
        if due < math.inf:
            heapq.heappush(self._heap, (due, waiter.number, next(self._pushes), waiter))

    def next(self) -> float | None:
        heap = self._heap
        while heap and not _is_live(heap[0]):
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def pop(self, now: float) -> Waiter | None:
        """The next contact that is due, in order of time and then of number."""
        due = self.next()
        if due is None or due > now:
            return None
        waiter = heapq.heappop(self._heap)[3]
        waiter.due = math.inf
        return waiter


def _is_live(entry: _Entry) -> bool:
    return entry[3].due == entry[0]
