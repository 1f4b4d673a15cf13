"""Serves and places contacts and agents; the matcher says when.

Whom a contact may wait for: while its wish holds (patience not over, the agent is here, fits and
has not refused it) only that agent, in that agent's own line; otherwise anybody who fits, in the
line of its kind. A wish without patience only says who is taken where several are free. An agent
who becomes free looks at the own line first: those contacts have given up everybody else
meanwhile. Nobody is held for an agent who is ready: then it is the queue's cap that is in the way,
and the contact stands in the ordinary line.
"""

import heapq
import math
from collections.abc import Iterable, Iterator

from ari_app.domain.acd.board import Board
from ari_app.domain.acd.choice import Ranked, best_contact, choose_agent, choose_contact
from ari_app.domain.acd.deadlines import Deadlines
from ari_app.domain.acd.decision import Cause, Decision, Rule
from ari_app.domain.acd.places import LiveQueue, Pool, Seat, Waiter, WaitingLine
from ari_app.domain.acd.why import agents_compared, contacts_compared, owner_found


class Floor:
    def __init__(self) -> None:
        self.board = Board()
        self.seats: dict[str, Seat] = {}
        self.waiters: dict[str, Waiter] = {}
        self.deadlines = Deadlines()

    def enter(self, waiter: Waiter, now: float, cause: Cause) -> Decision | None:
        """Serve the contact at once, or place it."""
        self.renew(waiter, now)
        decision = self._try(waiter, now, cause)
        if decision is None:
            self.place(waiter, now)
        return decision

    def enter_again(self, waiters: Iterable[Waiter], now: float, cause: Cause) -> list[Decision]:
        """The same for contacts that stand somewhere already."""
        decisions = []
        for waiter in waiters:
            self.board.leave(waiter)
            decision = self.enter(waiter, now, cause)
            if decision is not None:
                decisions.append(decision)
        return decisions

    def renew(self, waiter: Waiter, now: float) -> None:
        """Find the line the contact belongs in by now."""
        queue, contact = waiter.queue, waiter.contact
        relaxes = queue.rules.relaxation
        waiter.step = queue.rules.step_at(contact.entered, now) if relaxes else 0
        request = queue.request(waiter.step, contact.needs)
        waiter.home = self.board.line(queue, request, waiter.points)

    def place(self, waiter: Waiter, now: float) -> None:
        owner = self._owner(waiter, now) if waiter.contact.wish is not None else None
        held = owner is not None and owner.ready is None
        self.board.join(waiter, owner.line_for(waiter) if owner and held else waiter.home)
        self.deadlines.watch(waiter, len(self.waiters))

    def serve(self, seat: Seat, now: float, cause: Cause) -> Decision | None:
        """Give the free agent the best contact, or a place among the ready."""
        choice, rule = None, Rule.OWN_AGENT
        if seat.held:
            choice = best_contact(seat.held.values(), seat.id, now)
        if choice is None:
            choice, rule = choose_contact(self.board, seat, now), Rule.HIGHEST_SCORE
        if choice is not None:
            decision = contacts_compared(seat, choice, self.seats, now, cause, rule)
            return self._reserved(choice.best[0][1][2], seat, decision)
        self.board.sit(seat)
        if seat.held:
            self._let_go(seat, now)
        return None

    def fill_slot(self, queue: LiveQueue, now: float, cause: Cause) -> Decision | None:
        """Serve the queue's best contact for whom somebody is ready, if its cap allows."""
        if queue.full:
            return None
        ready = self.board.ready
        lines = [_ranked(line, now) for line in queue.lines.values() if line.demand.mask & ready]
        # Each contact that cannot be served excludes every ready agent it fits: there are few.
        for _, entry in heapq.merge(*lines):
            decision = self._try(entry[2], now, cause)
            if decision is not None:
                return decision
        return None

    def move(self, seat: Seat, pool: Pool) -> None:
        """Into another pool; the agent is not in a line of ready ones."""
        seat.pool.members -= 1
        seat.pool = pool
        pool.members += 1

    def _try(self, waiter: Waiter, now: float, cause: Cause) -> Decision | None:
        if waiter.queue.full:
            return None
        if waiter.contact.wish is not None:
            owner = self._owner(waiter, now) or self._if_free(waiter)
            if owner is not None:
                if owner.ready is None:
                    return None
                return self._reserved(
                    waiter, owner, owner_found(waiter, owner, self.seats, now, cause)
                )
        choice = choose_agent(self.board, waiter.home.demand, waiter.excluded)
        if choice is None:
            return None
        decision = agents_compared(waiter, choice, self.seats, now, cause)
        return self._reserved(waiter, choice.best[0][2], decision)

    def _owner(self, waiter: Waiter, now: float) -> Seat | None:
        """The one agent this contact waits for, if its wish still holds."""
        return self._wished(waiter) if now < waiter.held_until else None

    def _if_free(self, waiter: Waiter) -> Seat | None:
        """The one agent it would rather have and never waits for, if free."""
        wish = waiter.contact.wish
        if wish is None or wish.patience > 0:
            return None
        seat = self._wished(waiter)
        return seat if seat is not None and seat.ready is not None else None

    def _wished(self, waiter: Waiter) -> Seat | None:
        """The agent of its wish, who is here, fits and has not refused it."""
        wish = waiter.contact.wish
        if wish is None or waiter.excludes(wish.agent):
            return None
        seat = self.seats.get(wish.agent)
        if seat is None or not waiter.home.demand.is_met_by(seat.pool):
            return None
        return seat

    def _reserved(self, waiter: Waiter, seat: Seat, decision: Decision) -> Decision:
        if waiter.line is not None:
            self.board.leave(waiter)
        if seat.ready is not None:
            self.board.rise(seat)
        waiter.agent = seat.id
        waiter.due = math.inf
        waiter.queue.count_busy(1)
        seat.contact = waiter
        seat.calls += 1
        return decision

    def _let_go(self, seat: Seat, now: float) -> None:
        for waiter in seat.waiting_for_it():
            self.board.leave(waiter)
            self.place(waiter, now)
        seat.held = None


def _ranked(line: WaitingLine, now: float) -> Iterator[Ranked]:
    for entry in line:
        yield -line.points - line.slope * (now - entry[0]), entry
