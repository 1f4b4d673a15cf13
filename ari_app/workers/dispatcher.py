"""Brings waiting calls and ready agents together: what the matcher decides is done here.

Every decision is written, and committed, before a phone rings. An offer is a task of the place in
line it is made for: leaving the line ends it, and it always ends with a result.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, tzinfo
from uuid import UUID

from ari_app import breakpoints
from ari_app.domain.acd.decision import Decision
from ari_app.domain.acd.matcher import Matcher
from ari_app.domain.acd.past import KeptPlace, kept_place
from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.call import CallFacts
from ari_app.domain.day_part import DayPart, next_window
from ari_app.domain.errors import NotFound
from ari_app.domain.facts import OfferResult
from ari_app.domain.flow import Prospect
from ari_app.domain.missed import MissedRules
from ari_app.domain.skill import RequestType
from ari_app.domain.staff import QueueConfig
from ari_app.domain.transfer import Refusal, Transfer
from ari_app.ports import Clock, Journal, Leg, QueueLimits, Room
from ari_app.workers.after_offer import after_failure
from ari_app.workers.callbacks import Asked, callback_for
from ari_app.workers.comings import Comings
from ari_app.workers.direct import DirectPlace, why_not
from ari_app.workers.limits import limits_of
from ari_app.workers.live_tasks import LiveTasks
from ari_app.workers.named_line import NamedLine
from ari_app.workers.outlook import AT_WORK, BUSY, LiveOutlook
from ari_app.workers.place import QueuePlace
from ari_app.workers.prospect import prospect_of
from ari_app.workers.resumed_talk import ResumedTalk
from ari_app.workers.roster import Roster, Seat
from ari_app.workers.rush import Rush

log = logging.getLogger(__name__)

RUNG_IN_VAIN = frozenset({Reason.RESCINDED, Reason.REFUSED, Reason.MISSED})


class Dispatcher:
    """One per site at a time. Single-threaded: nothing here is interrupted between awaits."""

    def __init__(
        self,
        roster: Roster,
        journal: Journal,
        clock: Clock,
        *,
        language_skills: Mapping[str, str] | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        """
        Args:
            language_skills: the skill an agent needs to serve callers of a language.
            zone: in which opening hours are meant.
        """
        self.roster = roster
        self.journal = journal
        self.clock = clock
        self.matcher = Matcher()
        self.offers = LiveTasks("offer")
        self.rush = Rush()
        self.unhurried = self.rush.over  # as Line has it
        self.missed_rules = MissedRules()
        self._language_skills = language_skills or {}
        self._queues: dict[str, QueueConfig] = {}
        self._ending: set[str] = set()  # not in use any more, but somebody waits there
        self._names: dict[UUID, str] = {}
        self._places: dict[str, QueuePlace] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self._zone = zone
        self.started = asyncio.Event()  # agents may be rung
        self.queues_changed = asyncio.Event()  # set once; the next change sets another one
        self.comings = Comings()
        self.outlook = LiveOutlook(self.matcher, roster, journal, clock)
        roster.watch(self.outlook.agent_moved)
        self.named = NamedLine(roster)
        roster.watch(self._agent_moved)

    # ---- configuration and agents ----

    def load_queues(self, queues: Iterable[QueueConfig]) -> None:
        """All in use, while calls wait in them; any other goes when its last caller has left."""
        present = {queue.name: queue for queue in queues}
        self._ending = self._queues.keys() - present.keys()
        for queue in present.values():
            if self._queues.get(queue.name) == queue:
                continue
            self._queues[queue.name] = queue
            self._names[queue.id] = queue.name
            self.outlook.use(queue.rules)
            self._act(self.matcher.set_queue(queue.rules, self.clock.monotonic()))
        self._end_queues()
        changed, self.queues_changed = self.queues_changed, asyncio.Event()
        changed.set()

    def _end_queues(self) -> None:
        waited_in = {place.queue.name for place in self._places.values() if self._ending}
        for name in self._ending - waited_in:
            self._ending.discard(name)
            self.outlook.forget(name)
            del self._queues[name]

    def start(self, talking: Collection[int] = ()) -> None:
        """Lets the matcher know of every agent the roster has loaded.

        Whoever was in an offer or a conversation of an earlier process is free of it: no place in
        line is left that could end it.

        Args:
            talking: agents whose conversation was found again.
        """
        for seat in tuple(self.roster.seats()):
            if seat.state in BUSY:
                agent_id, now = seat.agent.id, self.clock.monotonic()
                self.matcher.agent_busy(agent_id, seat.member.profile, now)
            if seat.member.id in talking:
                continue
            match seat.state:
                case AgentState.RESERVED:
                    self.roster.free(seat, Reason.SYSTEM_RECOVERY)
                case AgentState.TALKING:
                    self._wrap_up(seat, Reason.SYSTEM_RECOVERY)
                case _:
                    self._agent_moved(seat)
        self.started.set()

    def retrain(self, seat: Seat) -> None:
        """The agent has other skills now; who is not at work is not known to the matcher."""
        now = self.clock.monotonic()
        with contextlib.suppress(NotFound):
            self._act(self.matcher.agent_profile_changed(seat.agent.id, seat.member.profile, now))
        self.comings.tell()

    def _agent_moved(self, seat: Seat) -> None:
        """The matcher follows the roster."""
        self.comings.moved(seat)
        now, agent_id = self.clock.monotonic(), seat.agent.id
        match seat.state:
            case AgentState.READY if seat.is_unreachable:
                self.phone_gone(seat)
            case AgentState.READY if (rest := self._rest(seat)) > 0:
                self.matcher.agent_busy(agent_id, seat.member.profile, now)
                seat.timer = asyncio.get_running_loop().call_later(rest, self._agent_moved, seat)
            case AgentState.READY:
                decision = self.matcher.agent_ready(
                    agent_id,
                    seat.member.profile,
                    now,
                    idle_since=self._idle_since(seat, now),
                    calls=seat.calls,
                )
                self._act([decision] if decision else [])
            case AgentState.WRAP_UP:
                self._end_later(seat)
            case AgentState.TALKING | AgentState.RESERVED:
                pass
            case _:
                if seat.state is AgentState.LOGGED_OUT:
                    seat.calls = 0
                self._act(self.matcher.agent_gone(agent_id, now))

    def _idle_since(self, seat: Seat, now: float) -> float | None:
        """Whoever was rung in vain keeps the place among the idle; work done puts last."""
        reason = seat.agent.reason
        return seat.idle_since if reason in RUNG_IN_VAIN else now

    def _end_later(self, seat: Seat) -> None:
        loop = asyncio.get_running_loop()
        seat.timer = loop.call_later(self._rest(seat), self._wrapped_up, seat)

    def _rest(self, seat: Seat) -> float:
        """Seconds to the deadline of the present state; 0 without one."""
        return max(0.0, (seat.until - self.clock.now()).total_seconds()) if seat.until else 0.0

    def _wrapped_up(self, seat: Seat) -> None:
        if seat.state is AgentState.WRAP_UP:
            breakpoints.at("wrap_up.over")
            self.roster.free(seat, Reason.WRAP_UP_OVER)

    # ---- calls ----

    def limits(self, queue: str) -> QueueLimits:
        return limits_of(self.queue(queue))

    def is_open(self, queue: str) -> bool:
        if queue in self._ending:
            return False
        return self.queue(queue).hours.is_open(self.local_time())

    def kept_place(self, call: CallFacts, queue: str) -> KeptPlace | None:
        config = self.queue(queue)
        return kept_place(call.past, config.id, config.rescue, call.arrived_at)

    def local_time(self) -> datetime:  # in the zone that opening hours are meant in
        return self.clock.now().astimezone(self._zone)

    def prospect(self, call: CallFacts, queue: str) -> Prospect:
        return prospect_of(self, call, self.queue(queue))

    def book_callback(
        self,
        call: CallFacts,
        queue: str,
        number: str,
        place_since: datetime,
        part: DayPart | None = None,
    ) -> None:
        window = next_window(part, self.local_time()) if part else None
        asked = Asked(number, place_since, window)
        self.journal.write(callback_for(call, self.queue(queue), asked, self.clock.now()))

    def place(
        self,
        call: CallFacts,
        leg: Leg,
        room: Room,
        queue: str,
        saved: Mapping[str, str] | None = None,
    ) -> AbstractAsyncContextManager[QueuePlace]:
        return self.standing(QueuePlace(self, call, leg, room, queue, saved or {}))

    @asynccontextmanager
    async def standing(self, place: QueuePlace) -> AsyncIterator[QueuePlace]:
        self._places[place.contact.id] = place
        place.enter()
        try:
            decision = self.matcher.contact_waits(place.contact, self.clock.monotonic())
            self._act([decision] if decision else [])
            if decision is None and place.is_visit:
                self.outlook.began(place)
            yield place
        finally:
            await place.leave()
            self._places.pop(place.contact.id, None)
            await self.rush.over()
            self._end_queues()

    @asynccontextmanager
    async def talking(self, call: CallFacts, agent_id: int, leg: Leg) -> AsyncIterator[ResumedTalk]:
        talk = ResumedTalk(self, call, self.roster.seat(agent_id), leg)
        talk.enter()
        try:
            yield talk
        finally:
            await talk.leave()

    def why_not(self, transfer: Transfer) -> Refusal | None:
        return why_not(self.roster, transfer)

    def direct(
        self, call: CallFacts, leg: Leg, room: Room, transfer: Transfer
    ) -> AbstractAsyncContextManager[DirectPlace]:
        return DirectPlace.of(self, call, leg, room, transfer)

    def anybody_for(self, place: QueuePlace) -> bool:
        """Is somebody at work who has what this call needs in the end, busy or not?"""
        return self._is_staffed(place.queue, place.contact.needs)

    def takes(self, queue: str, needs: RequestType) -> bool:
        """Is that queue open, and somebody at work who could serve a call with these needs?"""
        return self.is_open(queue) and self._is_staffed(self.queue(queue), needs)

    def _is_staffed(self, queue: QueueConfig, own_needs: RequestType) -> bool:
        return any(True for _ in self.staff_of(queue, own_needs))

    def staff_of(self, queue: QueueConfig, own_needs: RequestType) -> Iterator[Seat]:
        """Everybody at work who could serve a call with these needs in the end, busy or not."""
        rules = queue.rules
        needs = RequestType.of(rules.requirements(len(rules.relaxation))).joined_with(own_needs)
        for seat in self.roster.seats():
            if seat.state in AT_WORK and needs.is_met_by(seat.member.profile):
                yield seat

    def waits(self) -> dict[str, list[float]]:
        """Seconds that the callers in each queue have waited for an agent; empty queues too."""
        now = self.clock.now()
        seconds: dict[str, list[float]] = {name: [] for name in self._queues}
        for place in self._places.values():
            if place.is_waiting and place.is_visit:
                seconds[place.queue.name].append((now - place.since).total_seconds())
        return seconds

    def queue_name(self, queue_id: UUID) -> str:  # the id itself for one not in use any more
        return self._names.get(queue_id, str(queue_id))

    def needs_of(self, language: str) -> RequestType:
        """What serving callers of this language takes, in every queue."""
        skill = self._language_skills.get(language)
        return RequestType.of({skill: 1} if skill else {})

    def queue(self, name: str) -> QueueConfig:
        try:
            return self._queues[name]
        except KeyError:
            raise NotFound("queue", name) from None

    # ---- decisions ----

    def _act(self, decisions: Iterable[Decision]) -> None:
        """Every decision becomes an offer at once. Called in one go with what caused it."""
        for decision in decisions:
            place = self._places[decision.contact]
            place.offer(decision, self.roster.seat(int(decision.agent)))
        self._set_alarm()

    def _set_alarm(self) -> None:
        """One timer, for the earliest of what the matcher waits for."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        due = self.matcher.next_deadline()
        if due is not None:
            wait = max(0.0, due - self.clock.monotonic())
            self._alarm = asyncio.get_running_loop().call_later(wait, self._advance)

    def _advance(self) -> None:
        self._alarm = None
        self._act(self.matcher.advance(self.clock.monotonic()))

    # ---- how offers end (told by QueuePlace) ----

    def offer_failed(self, place: QueuePlace, seat: Seat, result: OfferResult) -> None:
        """The call waits again at its old place; the agent is judged by how the offer ended."""
        rule = self.missed_rules.of(place.queue.id)
        back = None
        if seat.state is AgentState.RESERVED:
            back = after_failure(self.roster, seat, result, rule)
        self._act(
            self.matcher.decision_undone(
                place.contact.id,
                seat.agent.id,
                self.clock.monotonic(),
                excluded=True,
                agent_back=False,
            )
        )
        if back is not None:
            rest = rule.back_off_seconds if rule.counts(result) else 0.0
            self._release(seat, back, rest)

    def offer_rescinded(self, place: QueuePlace, seat: Seat) -> None:
        self._contact_gone(place)
        self._release(seat, Reason.RESCINDED)

    def agent_lost(self, place: QueuePlace, seat: Seat) -> None:
        """The phone vanished in mid-conversation."""
        self._contact_gone(place)
        self.lost_in_talk(seat)

    def lost_in_talk(self, seat: Seat) -> None:
        """A phone that restarts is back before it is missed: the old call ends by its silence."""
        self.phone_gone(seat)
        if seat.has_returned:
            self.phone_back(seat)

    def phone_gone(self, seat: Seat) -> None:
        """No offers until the phone is back."""
        if seat.state in (AgentState.READY, AgentState.TALKING, AgentState.WRAP_UP):
            self.roster.move(seat, AgentState.PHONE_LOST, Reason.PHONE_GONE)

    def phone_back(self, seat: Seat) -> None:
        if seat.state is AgentState.PHONE_LOST:
            self.roster.free(seat, Reason.PHONE_BACK)

    def talk_over(self, place: QueuePlace, seat: Seat) -> None:
        self._contact_gone(place)
        if seat.state is AgentState.TALKING:
            self._wrap_up(seat, Reason.CALL_ENDED, place.call.id)

    def wrap_up(self, seat: Seat, call_id: UUID) -> None:
        if seat.state is AgentState.TALKING:
            self._wrap_up(seat, Reason.CALL_ENDED, call_id)

    def _wrap_up(self, seat: Seat, reason: Reason, call_id: UUID | None = None) -> None:
        seconds = seat.member.wrap_up_seconds
        self.roster.move(seat, AgentState.WRAP_UP, reason, seconds=seconds, call_id=call_id)
        breakpoints.at("wrap_up.begun")
        if not seconds:  # at once: the next offer is then in one transaction with this end
            self._wrapped_up(seat)

    def gave_up(self, place: QueuePlace) -> None:
        self._contact_gone(place)

    def _contact_gone(self, place: QueuePlace) -> None:
        decision = self.matcher.contact_gone(place.contact.id, self.clock.monotonic())
        self._act([decision] if decision else [])

    def _release(self, seat: Seat, reason: Reason, rest: float = 0.0) -> None:
        if seat.state is AgentState.RESERVED:
            self.roster.free(seat, reason, rest=rest)
