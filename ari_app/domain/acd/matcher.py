"""The matcher: told what happens, it answers who takes whom, and why.

The live dispatcher and the simulator use this one class. `now` is the caller's monotonic clock in
seconds and never goes back. Call `advance(now)` whenever `next_deadline()` has come, before
telling the matcher anything else.

A decision reserves both sides. The contact stays counted against its queue's cap until
`contact_gone` (it hung up, or its conversation is over) or `decision_undone` (it waits again). The
agent gets nothing until `agent_ready`. So a contact and an agent are promised at most once.
"""

import math
from collections.abc import Iterable
from itertools import count

from ari_app.domain.acd.contact import Contact
from ari_app.domain.acd.decision import Cause, Decision
from ari_app.domain.acd.floor import Floor
from ari_app.domain.acd.places import Membership, Seat, Waiter
from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.acd.standing import Standing, position, standing
from ari_app.domain.errors import Conflict, NotFound
from ari_app.domain.skill import SkillProfile


class Matcher:
    def __init__(self, queues: Iterable[QueueRules] = ()) -> None:
        self._floor = Floor()
        self._numbers = count()
        for rules in queues:
            self._floor.board.use(rules)

    # What agents do

    def agent_ready(
        self,
        agent_id: str,
        profile: SkillProfile,
        now: float,
        *,
        queues: Membership = None,
        idle_since: float | None = None,
        calls: int | None = None,
    ) -> Decision | None:
        """The agent logged in, came back or finished: free for the best waiting contact.

        `idle_since` restores a place in the idle order, `calls` the count of the shift.
        An agent who is ready already keeps the place, unless `idle_since` says otherwise or the
        profile or the queues are other ones than before (see `agent_profile_changed`).
        """
        seat = self._seat(agent_id, profile, queues, now)
        if seat.ready is None:
            seat.number = next(self._numbers)
            seat.idle_since = now
        else:
            self._floor.board.rise(seat)
        if idle_since is not None:
            seat.idle_since = idle_since
        if calls is not None:
            seat.calls = calls
        seat.contact = None
        return self._floor.serve(seat, now, Cause.AGENT_FREED)

    def agent_busy(
        self, agent_id: str, profile: SkillProfile, now: float, *, queues: Membership = None
    ) -> None:
        """The agent is here but not free, for example in a call no decision led to.

        Contacts may wait for this agent; `agent_ready` comes later.
        """
        self._floor.board.rise(self._seat(agent_id, profile, queues, now))

    def agent_gone(self, agent_id: str, now: float) -> list[Decision]:
        """Paused, logged out or without a phone: contacts that waited for this agent move on.

        A contact reserved for the agent stays so until `decision_undone` or `contact_gone`.
        """
        seat = self._floor.seats.pop(agent_id, None)
        if seat is None:
            return []
        self._floor.board.rise(seat)
        seat.pool.members -= 1
        return self._floor.enter_again(seat.waiting_for_it(), now, Cause.AGENT_LEFT)

    def agent_profile_changed(
        self, agent_id: str, profile: SkillProfile, now: float, *, queues: Membership = None
    ) -> list[Decision]:
        """Other skills or queues from now on, whatever the agent is doing; place kept."""
        seat = self._floor.seats.get(agent_id)
        if seat is None:
            raise NotFound("agent", agent_id)
        was_ready = seat.ready is not None
        self._floor.board.rise(seat)
        self._floor.move(seat, self._floor.board.pool(profile, queues))
        decisions = self._floor.enter_again(seat.waiting_for_it(), now, Cause.AGENT_CHANGED)
        decision = self._floor.serve(seat, now, Cause.AGENT_CHANGED) if was_ready else None
        return [*decisions, decision] if decision else decisions

    # What contacts do

    def contact_waits(self, contact: Contact, now: float) -> Decision | None:
        """The contact wants an agent: served at once, or put in line at its entry time.

        NotFound when there is no such queue, Conflict when the contact is known already.
        """
        if contact.id in self._floor.waiters:
            raise Conflict(f"contact {contact.id} is in the matcher already")
        queue = self._floor.board.queue(contact.queue)
        waiter = Waiter(contact, queue, next(self._numbers), now)
        self._floor.waiters[contact.id] = waiter
        return self._floor.enter(waiter, now, Cause.CONTACT_ARRIVED)

    def contact_changed(self, contact: Contact, now: float) -> Decision | None:
        """Other priority, tier, needs, queue, wish or entry time for a contact that waits.

        Who refused it stays excluded. Conflict when it is reserved or in conversation.
        """
        old = self._waiter(contact.id)
        if old.agent is not None:
            raise Conflict(f"contact {contact.id} is with agent {old.agent}")
        waiter = Waiter(contact, self._floor.board.queue(contact.queue), old.number, now)
        if old.excluded:
            waiter.excluded = old.excluded | (waiter.excluded or {})
        self._floor.board.leave(old)
        old.due = math.inf
        self._floor.waiters[contact.id] = waiter
        return self._floor.enter(waiter, now, Cause.CONTACT_CHANGED)

    def contact_gone(self, contact_id: str, now: float) -> Decision | None:
        """It hung up, left the queue, or its conversation is over. Unknown ones are no error.

        The decision, if any, is about another contact, whom the queue's cap had held back.
        """
        waiter = self._floor.waiters.pop(contact_id, None)
        if waiter is None:
            return None
        self._floor.board.leave(waiter)
        waiter.due = math.inf
        del waiter.entry  # which names its waiter: the two would hold each other
        if waiter.agent is None:
            return None
        seat = self._floor.seats.get(waiter.agent)
        if seat is not None and seat.contact is waiter:
            seat.contact = None
        queue, was_full = waiter.queue, waiter.queue.full
        queue.count_busy(-1)
        return self._floor.fill_slot(queue, now, Cause.SLOT_FREED) if was_full else None

    def decision_undone(
        self, contact_id: str, agent_id: str, now: float, *, excluded: bool, agent_back: bool
    ) -> list[Decision]:
        """The offer came to nothing: the contact waits again at its old place.

        `excluded`: this agent is not chosen for it again for a while. `agent_back`: the agent is
        free again at the old place in the idle order; else `agent_ready` or `agent_gone` follows.
        NotFound when the contact is unknown, Conflict when it is not reserved for this agent.
        """
        waiter, seat = self._waiter(contact_id), self._floor.seats.get(agent_id)
        if waiter.agent != agent_id:
            raise Conflict(f"contact {contact_id} is not reserved for agent {agent_id}")
        _forget_exclusions(waiter, now)
        if excluded:
            until = now + waiter.queue.rules.exclusion_seconds
            waiter.excluded = {**(waiter.excluded or {}), agent_id: until}
        waiting = self._wait_again(waiter, now)
        if seat is None or seat.contact is not waiter:
            return waiting
        seat.contact = None
        seat.calls -= 1
        served = self._floor.serve(seat, now, Cause.OFFER_UNDONE) if agent_back else None
        return [*waiting, served] if served else waiting

    # What time and operators do

    def next_deadline(self) -> float | None:
        """When `advance` must be called although nothing else happens."""
        return self._floor.deadlines.next()

    def advance(self, now: float) -> list[Decision]:
        """Relax requirements, end patience and exclusions that are due, in order of due time."""
        decisions = []
        while (waiter := self._floor.deadlines.pop(now)) is not None:
            ended = _forget_exclusions(waiter, now)
            cause = Cause.EXCLUSION_ENDED if ended else Cause.PATIENCE_ENDED
            if waiter.queue.rules.step_at(waiter.contact.entered, now) != waiter.step:
                cause = Cause.REQUIREMENTS_RELAXED
            decisions += self._floor.enter_again([waiter], now, cause)
        return decisions

    def set_queue(self, rules: QueueRules, now: float) -> list[Decision]:
        """Open a queue or change its rules; whoever waits in it keeps the entry time.

        The only call whose cost grows with the number of contacts. Check `rules.problems` first.
        """
        queue = self._floor.board.queues.get(rules.id)
        waiting = [
            waiter
            for waiter in self._floor.waiters.values()
            if waiter.queue is queue and waiter.line is not None
        ]
        for waiter in waiting:
            self._floor.board.leave(waiter)
        queue = self._floor.board.use(rules)
        for waiter in waiting:
            waiter.points = rules.points(waiter.contact.priority, waiter.contact.tier)
            self._floor.renew(waiter, now)
            self._floor.place(waiter, now)
        return list(iter(lambda: self._floor.fill_slot(queue, now, Cause.RULES_CHANGED), None))

    # What one may ask

    def position(self, contact_id: str, now: float) -> int:
        """1 is next. Exact within its line, an estimate across lines; see `standing.position`."""
        return position(self._floor.board, self._waiter(contact_id), now)

    def standing(self, contact_id: str, now: float) -> Standing:
        """Why this contact is still waiting."""
        return standing(self._floor.board, self._waiter(contact_id), now)

    def waiting(self, queue_id: str) -> int:
        return self._floor.board.queue(queue_id).waiting

    def busy(self, queue_id: str) -> int:
        """Contacts of this queue reserved or in conversation."""
        return self._floor.board.queue(queue_id).busy

    def is_ready(self, agent_id: str) -> bool:
        seat = self._floor.seats.get(agent_id)
        return seat is not None and seat.ready is not None

    def _waiter(self, contact_id: str) -> Waiter:
        try:
            return self._floor.waiters[contact_id]
        except KeyError:
            raise NotFound("contact", contact_id) from None

    def _seat(self, agent_id: str, profile: SkillProfile, queues: Membership, now: float) -> Seat:
        floor = self._floor
        seat = floor.seats.get(agent_id)
        if seat is None:
            seat = floor.seats[agent_id] = Seat(agent_id, floor.board.pool(profile, queues))
            seat.pool.members += 1
        elif seat.pool.profile is not profile or seat.pool.queues != queues:
            floor.board.rise(seat)
            floor.move(seat, floor.board.pool(profile, queues))
            for waiter in seat.waiting_for_it():
                floor.board.leave(waiter)
                floor.place(waiter, now)
                floor.deadlines.soon(waiter, now)
        return seat

    def _wait_again(self, waiter: Waiter, now: float) -> list[Decision]:
        queue, rules, contact = waiter.queue, waiter.queue.rules, waiter.contact
        waiter.agent = None
        waiter.points = rules.points(contact.priority, contact.tier)
        was_full = queue.full
        queue.count_busy(-1)
        if was_full:  # others of the queue may have waited for this slot, with a better score
            self._floor.renew(waiter, now)
            self._floor.place(waiter, now)
            decision = self._floor.fill_slot(queue, now, Cause.OFFER_UNDONE)
        else:
            decision = self._floor.enter(waiter, now, Cause.OFFER_UNDONE)
        return [decision] if decision else []


def _forget_exclusions(waiter: Waiter, now: float) -> bool:
    """True when an agent may be chosen again."""
    if waiter.excluded is None:
        return False
    kept = {agent_id: until for agent_id, until in waiter.excluded.items() if until > now}
    ended = len(kept) < len(waiter.excluded)
    waiter.excluded = kept or None
    return ended
