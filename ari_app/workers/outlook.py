"""Tells the outlook what happens on the floor, and callers what it expects."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from ari_app.domain.acd.estimate import Estimate
from ari_app.domain.acd.matcher import Matcher
from ari_app.domain.acd.outlook import Outlook, PastVisit
from ari_app.domain.acd.promise import Promise, no_promise
from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.agent import AgentState
from ari_app.domain.facts import WaitEstimated, WaitPromised
from ari_app.domain.skill import RequestType, SkillProfile
from ari_app.ports import Clock, Journal
from ari_app.store.waiting import EndedVisit
from ari_app.workers.roster import Roster, Seat

if TYPE_CHECKING:
    from ari_app.workers.place import QueuePlace

BUSY = frozenset({AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})
AT_WORK = frozenset({AgentState.READY}) | BUSY


class LiveOutlook:
    """Watch the roster with `agent_moved` before anybody else does: what others do with an agent
    who is free would come before the news of it."""

    def __init__(self, matcher: Matcher, roster: Roster, journal: Journal, clock: Clock) -> None:
        self._matcher = matcher
        self._roster = roster
        self._journal = journal
        self._clock = clock
        self._outlook = Outlook()
        self._needs: dict[str, RequestType] = {}
        self._serves: dict[SkillProfile, Collection[str]] = {}
        self._reserved: dict[int, float] = {}  # agent -> since when the present offer is out
        self._calls: dict[int, tuple[str, float]] = {}  # agent -> queue of the call, since when
        self._promises: dict[str, Promise] = {}

    def use(self, rules: QueueRules) -> None:
        """A new or changed queue."""
        self._needs[rules.id] = RequestType.of(rules.requires)
        self._serves.clear()

    def forget(self, queue: str) -> None:
        """Nobody will wait there any more."""
        self._needs.pop(queue, None)
        self._serves.clear()

    # ---- what callers do ----

    def began(self, place: "QueuePlace") -> None:
        """No agent was free."""
        ahead, agents = self._standing(place)
        told = self._outlook.began(
            place.contact.id, place.queue.name, self._clock.monotonic(), ahead=ahead, agents=agents
        )
        self._promises[place.contact.id] = self._promise_of(place)
        self._journal.write(
            WaitEstimated(
                **place.now(),
                visit_id=place.visit_id,
                queue_id=place.queue.id,
                estimate=msgspec.to_builtins(told),
            )
        )

    def beforehand(self, queue: str, *, ahead: int, agents: int) -> float | None:
        """Seconds that somebody would wait who came now; None until enough was learned."""
        now = self._clock.monotonic()
        told = self._outlook.beforehand(queue, now, ahead=ahead, agents=agents)
        return told.mean if told.is_sure else None

    def promise(self, place: "QueuePlace") -> int | None:
        """Seconds to announce, as `Promise` has it; what is promised first is written down."""
        expected, promise = self.expected(place), self._promises.get(place.contact.id)
        if expected is None or promise is None:
            return None
        is_first, now = math.isinf(promise.said), self._clock.monotonic()
        seconds = promise.renewed(expected, now, place.patience_left(now))
        if seconds is None or promise.until is None:
            return None
        place.call.promised_until = self._clock.now() + timedelta(seconds=promise.until - now)
        if is_first:
            self._journal.write(
                WaitPromised(
                    **place.now(),
                    visit_id=place.visit_id,
                    queue_id=place.queue.id,
                    seconds=seconds,
                )
            )
        return seconds

    def _promise_of(self, place: "QueuePlace") -> Promise:
        """What was promised in another queue, or before a way out of this one, still counts."""
        if place.is_resumed:  # a saved step is older than what was said in it
            return no_promise()
        until = place.call.promised_until
        if until is None:
            return Promise()
        left = (until - self._clock.now()).total_seconds()
        return Promise(until=self._clock.monotonic() + left)

    def expected(self, place: "QueuePlace") -> Estimate | None:
        """What is left of the wait; None for who does not wait."""
        ahead, agents = self._standing(place)
        name = place.queue.name
        return self._outlook.remaining(place.contact.id, name, ahead=ahead, agents=agents)

    def answered(self, place: "QueuePlace", seat: Seat) -> None:
        now, agent, queue = self._clock.monotonic(), seat.member.id, place.queue.name
        self._promises.pop(place.contact.id, None)
        self._calls[agent] = queue, self._reserved.pop(agent, now)
        serves = self._queues_of(seat.member.profile)
        self._outlook.answered(place.contact.id, queue, now, serves)

    def gave_up(self, place: "QueuePlace") -> None:
        self._promises.pop(place.contact.id, None)
        self._outlook.gave_up(place.contact.id, place.queue.name, self._clock.monotonic())

    def _standing(self, place: "QueuePlace") -> tuple[int, int]:
        """Callers ahead, and agents here who may serve this one."""
        standing = self._matcher.standing(place.contact.id, self._clock.monotonic())
        return max(0, standing.position - 1), standing.here

    # ---- what agents do ----

    def agent_moved(self, seat: Seat) -> None:
        agent = seat.member.id
        if seat.state is AgentState.RESERVED:
            self._reserved[agent] = self._clock.monotonic()
        elif seat.state not in BUSY:
            self._reserved.pop(agent, None)
            if call := self._calls.pop(agent, None):
                queue, since = call
                self._outlook.call_over(queue, self._clock.monotonic() - since)

    def _queues_of(self, profile: SkillProfile) -> Collection[str]:
        found = self._serves.get(profile)
        if found is None:
            found = [name for name, needs in self._needs.items() if needs.is_met_by(profile)]
            self._serves[profile] = found
        return found

    # ---- what happened before this process ----

    def learn(self, visits: Sequence[EndedVisit]) -> None:
        """In the order of their ends."""
        self._outlook.learn(self._past(visits))

    def _past(self, visits: Iterable[EndedVisit]) -> Iterable[PastVisit]:
        profiles = {seat.member.id: seat.member.profile for seat in self._roster.seats()}
        for visit in visits:
            profile = profiles.get(visit.agent_id) if visit.agent_id is not None else None
            serves = (visit.queue, *self._queues_of(profile)) if profile else (visit.queue,)
            yield PastVisit(
                visit.queue,
                visit.waited,
                estimate_of(visit.estimate),
                frozenset(serves) if visit.is_answered else (),
                visit.handled,
            )


def estimate_of(stored: Mapping[str, Any] | None) -> Estimate | None:
    """From a row of `queue_visit`; None also for what another version of this program wrote."""
    try:
        return msgspec.convert(stored, Estimate) if stored else None
    except msgspec.ValidationError:
        return None
