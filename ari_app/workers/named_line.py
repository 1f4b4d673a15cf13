"""Callers who wait for one agent alone, past the queues, in the order in which they came."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ari_app.domain.transfer import Refusal, refusal
from ari_app.workers.roster import Roster, Seat


def standing(seat: Seat) -> Refusal | None:
    """Why the agent cannot be rung now."""
    return Refusal.PHONE_LOST if seat.is_unreachable else refusal(seat.state)


@dataclass(frozen=True, slots=True)
class _Waiter:
    """`take` reserves the agent; it is called in the breath in which the agent becomes ready.
    `turn`: None once that was done, or why there is nobody to wait for any more."""

    take: Callable[[], object]
    turn: "asyncio.Future[Refusal | None]"


class NamedLine:
    """Built before the matcher's own watch of the roster: who waits here comes before its queues,
    for nobody else will ever serve them."""

    def __init__(self, roster: Roster) -> None:
        self._lines: dict[int, deque[_Waiter]] = {}
        roster.watch(self._moved)

    async def turn(self, seat: Seat, patience: float, take: Callable[[], object]) -> Refusal | None:
        """None: the agent has been taken; else why not, BUSY when patience is over. Whoever is
        cancelled in the very moment may have to give the agent back."""
        waiter = _Waiter(take, asyncio.get_running_loop().create_future())
        line = self._lines.setdefault(seat.member.id, deque())
        line.append(waiter)
        try:
            await asyncio.wait((waiter.turn,), timeout=patience)
        finally:
            if waiter in line:
                line.remove(waiter)
            if not line:
                self._lines.pop(seat.member.id, None)
        return waiter.turn.result() if waiter.turn.done() else Refusal.BUSY

    def _moved(self, seat: Seat) -> None:
        line = self._lines.get(seat.member.id)
        if not line or (why := standing(seat)) is Refusal.BUSY:
            return
        if why is None:
            waiter = line.popleft()
            waiter.take()
            waiter.turn.set_result(None)
            return
        while line:
            line.popleft().turn.set_result(why)
