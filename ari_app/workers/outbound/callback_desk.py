"""Keeps every callback that is due in line, and takes out what is not any more.

Read as a whole, again after each change: booked, cancelled by people, needless because the
customer called. Time moves them, too: one timer for the next moment that does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Never
from uuid import UUID

from ari_app.domain.attempt import CallbackEnd
from ari_app.domain.callback import Conditions, Owed, Plan, plan
from ari_app.domain.errors import NotFound
from ari_app.domain.outbound_facts import CallbackClosed
from ari_app.workers.follower import Follower, Listen
from ari_app.workers.live_tasks import LiveTasks
from ari_app.workers.outbound.turn import Switchboard, Turn

log = logging.getLogger(__name__)

AT_MOST = 3600.0  # seconds; a clock that is set needs no more to be noticed
Due = Callable[[], Awaitable[Sequence[Owed]]]


class CallbackDesk:
    def __init__(self, board: Switchboard, due: Due, listen: Listen) -> None:
        """Args: due: those that PostgreSQL has; raises Unavailable."""
        self._board = board
        self._read = due
        self._owed: dict[UUID, Owed] = {}
        self._turns: dict[UUID, tuple[Turn, asyncio.Task[None]]] = {}
        self._tasks = LiveTasks("callback")
        self._changed = asyncio.Event()
        self.follower = Follower("callbacks", listen, self.load)

    @property
    def in_line(self) -> int:
        """Turns under way."""
        return len(self._turns)

    @property
    def due(self) -> int:
        """All that are owed, also those whose time has not come."""
        return len(self._owed.keys() | self._turns.keys())

    async def load(self) -> None:
        """Raises: Unavailable; all stays as it was."""
        self._owed = {owed.id: owed for owed in await self._read()}
        self.look()

    def look(self) -> None:
        """Something has changed that decides who stands in line."""
        self._changed.set()

    async def run(self) -> Never:
        """Until cancelled. Nobody is put in line before agents may be rung."""
        await self._board.dispatcher.started.wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.follower.run(), name="callbacks due")
            group.create_task(self._keep(), name="callbacks in line")
        raise AssertionError("unreachable: both run until cancelled")

    async def _keep(self) -> Never:
        while True:
            self._changed.clear()
            wait = self._look()
            queues = asyncio.ensure_future(self._board.dispatcher.queues_changed.wait())
            changed = asyncio.ensure_future(self._changed.wait())
            try:
                ways = (queues, changed)
                await asyncio.wait(ways, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            finally:
                queues.cancel()
                changed.cancel()

    def _look(self) -> float:
        """Seconds until time alone changes something."""
        now, looks = self._board.clock.now(), list[datetime]()
        for owed in tuple(self._owed.values()):
            found = self._plan(owed, now)
            if found.look_at is not None:
                looks.append(found.look_at)
            self._act(owed, found, now)
        for number in self._turns.keys() - self._owed.keys():
            self._take_out(number)
        if not looks:
            return AT_MOST
        return min(AT_MOST, max(0.1, (min(looks) - now).total_seconds()))

    def _plan(self, owed: Owed, now: datetime) -> Plan:
        board = self._board
        try:
            hours = board.dispatcher.queue(owed.queue).hours
        except NotFound:
            return Plan(gives_up="no_queue")
        local, gate = board.dispatcher.local_time(), board.gate
        closing = hours.closes_at(local), gate.rules.hours.closes_at(local)
        there = Conditions(
            hours.standing(local),
            gate.why_not(owed.number),
            min((one for one in closing if one is not None), default=None),
        )
        return plan(owed, now, board.retry, there)

    def _act(self, owed: Owed, found: Plan, now: datetime) -> None:
        if found.gives_up:
            self._take_out(owed.id)
            if owed.id not in self._turns:  # else it is being dialled
                del self._owed[owed.id]
                end, reason = CallbackEnd.GIVEN_UP, found.gives_up
                log.warning("callback given up: %s", reason, extra={"callback": str(owed.id)})
                closed = CallbackClosed(at=now, callback_id=owed.id, end=end, reason=reason)
                self._board.journal.write(closed)
        elif not found.stands:
            self._take_out(owed.id)
        elif owed.id not in self._turns:
            self._put_in(owed)

    def _put_in(self, owed: Owed) -> None:
        turn = Turn(self._board, owed)
        task = self._tasks.start(turn.run(), str(owed.id))
        self._turns[owed.id] = turn, task
        task.add_done_callback(lambda _: self._over(owed.id))

    def _take_out(self, number: UUID) -> None:
        """One that is being dialled goes on: what comes of it is written then."""
        turn, task = self._turns.get(number, (None, None))
        if turn is not None and task is not None and not turn.is_dialled:
            task.cancel()

    def _over(self, number: UUID) -> None:
        """What it wrote may not have been read back: until then it is not owed."""
        self._turns.pop(number, None)
        self._owed.pop(number, None)
        self._tasks.start(self._look_again(), f"{number} over")

    async def _look_again(self) -> None:
        await self._board.journal.durable()
        self.follower.look()
