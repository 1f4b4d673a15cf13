"""Keeps pools, waiting lines and queues consistent, and knows which pool fits which line.

Who fits whom is computed once, when a pool or a line is first seen, and kept as bits of integers:
bit i of `ready` says pool i has an idle agent, bit j of `waiting` that line j has a contact. One
AND tells whether there is anything to compare at all.
"""

from ari_app.domain.acd.places import (
    Demand,
    LiveQueue,
    Membership,
    Pool,
    Seat,
    Waiter,
    WaitingLine,
)
from ari_app.domain.acd.ready import by_calls, by_idle_time
from ari_app.domain.acd.rules import AgentRule, QueueRules
from ari_app.domain.errors import NotFound
from ari_app.domain.skill import RequestType, SkillProfile


class Board:
    def __init__(self) -> None:
        self.ready = 0
        self.waiting = 0
        self.queues: dict[str, LiveQueue] = {}
        self.idle = by_idle_time()
        self.by_calls = by_calls()
        self.lines: list[WaitingLine] = []  # by line number
        self._pools: dict[tuple[SkillProfile, Membership], Pool] = {}
        self._spare_lines: list[int] = []
        self._counts_calls = False  # keeping that order costs time only some rules need

    def queue(self, queue_id: str) -> LiveQueue:
        try:
            return self.queues[queue_id]
        except KeyError:
            raise NotFound("queue", queue_id) from None

    def pool(self, profile: SkillProfile, queues: Membership) -> Pool:
        pool = self._pools.get((profile, queues))
        return pool if pool is not None else self._open_pool(profile, queues)

    def line(self, queue: LiveQueue, request: RequestType, points: float) -> WaitingLine:
        line = queue.lines.get((request, points))
        return line if line is not None else self._open_line(queue, request, points)

    def use(self, rules: QueueRules) -> LiveQueue:
        """Open the queue, or give it other rules; nobody may stand in its lines meanwhile."""
        queue = self.queues.get(rules.id)
        if queue is None:
            queue = self.queues[rules.id] = LiveQueue(rules)
        else:
            self._close_lines(queue)
            queue.use(rules)
        if rules.rule is AgentRule.FEWEST_CALLS and not self._counts_calls:
            self._count_calls()
        return queue

    def sit(self, seat: Seat) -> None:
        """A ready agent takes the place that idle time and number give."""
        pool = seat.pool
        seat.ready = (seat.idle_since, seat.number, seat)
        self.idle.add(pool.number, seat.ready)
        self.ready |= pool.bit
        if self._counts_calls:
            self._sit_by_calls(seat)

    def rise(self, seat: Seat) -> None:
        if seat.ready is None:
            return
        pool = seat.pool
        self.idle.remove(pool.number, seat.ready)
        seat.ready = None
        if not self.idle.sizes[pool.number]:
            self.ready ^= pool.bit
        if seat.by_calls is not None:
            self.by_calls.remove(pool.number, seat.by_calls)
            seat.by_calls = None

    def join(self, waiter: Waiter, line: WaitingLine) -> None:
        line.add(waiter.entry)
        waiter.line = line
        self.waiting |= line.bit
        waiter.queue.waiting += 1
        waiter.queue.held += not line.bit

    def leave(self, waiter: Waiter) -> None:
        line = waiter.line
        if line is None:
            return
        line.remove(waiter.entry)
        waiter.line = None
        waiter.queue.waiting -= 1
        waiter.queue.held -= not line.bit
        if line.head is None:
            self.waiting &= ~line.bit

    def _open_pool(self, profile: SkillProfile, queues: Membership) -> Pool:
        pool = self._pools[profile, queues] = Pool(profile, queues, len(self._pools))
        self.idle.open_line()
        self.by_calls.open_line()
        for queue in self.queues.values():
            for demand in queue.demands.values():
                if demand.is_met_by(pool):
                    demand.add(pool)
            for line in queue.lines.values():
                if line.demand.mask & pool.bit:
                    pool.fit(line)
        return pool

    def _open_line(self, queue: LiveQueue, request: RequestType, points: float) -> WaitingLine:
        demand = queue.demands.get(request)
        if demand is None:
            demand = queue.demands[request] = Demand(queue, request)
            for pool in self._pools.values():
                if demand.is_met_by(pool):
                    demand.add(pool)
        number = self._spare_lines.pop() if self._spare_lines else len(self.lines)
        line = queue.lines[request, points] = WaitingLine(demand, points, 1 << number)
        self.lines[number : number + 1] = [line]
        for pool in demand.pools:
            pool.fit(line)
        return line

    def _close_lines(self, queue: LiveQueue) -> None:
        closed = 0
        for line in queue.lines.values():
            closed |= line.bit
            self._spare_lines.append(line.bit.bit_length() - 1)
        for pool in self._pools.values():
            pool.fitting &= ~closed
            pool.lines = [line for line in pool.lines if not line.bit & closed]

    def _count_calls(self) -> None:
        self._counts_calls = True
        for line in self.idle.lines:
            for entry in line:
                self._sit_by_calls(entry[2])

    def _sit_by_calls(self, seat: Seat) -> None:
        seat.by_calls = ((seat.calls, seat.idle_since), seat.number, seat)
        self.by_calls.add(seat.pool.number, seat.by_calls)
