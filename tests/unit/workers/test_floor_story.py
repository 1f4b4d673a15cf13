"""Any order of what agents, callers and phones may do leaves agents, calls and records right."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ari_app.domain.acd.past import Past
from ari_app.domain.agent import MOVES, AgentState, Reason
from ari_app.domain.facts import (
    AgentMoved,
    LegEnded,
    LegStarted,
    OfferEnded,
    OfferMade,
    QueueEntered,
    QueueLeft,
)
from ari_app.workers.outlook import AT_WORK
from ari_app.workers.place import QueuePlace
from tests.conftest import JumpingLoop
from tests.fakes.floor import Floor, a_queue, an_agent
from tests.fakes.telephony import (
    FakeLeg,
    Phone,
    answers,
    asterisk_is_away,
    dies_while_ringing,
    is_not_registered,
    never_answers,
    refuses,
)

S, R = AgentState, Reason
AGENTS = {
    8001: {"orders": 5},
    8002: {"orders": 2, "support": 2},
    8003: {"support": 7, "english": 3},
}
NUMBERS = st.sampled_from(sorted(AGENTS))
LIVE = {S.RESERVED, S.TALKING}
PHONES = st.sampled_from(
    [
        answers(),
        answers(talks_for=7),
        answers(after=0.0, talks_for=0.0),
        refuses(),
        never_answers(),
        dies_while_ringing(),
        is_not_registered(),
        asterisk_is_away(),
    ]
)


class Caller:
    """Waits in a queue, talks, and is gone: what a flow would do, without prompts."""

    def __init__(self, floor: Floor, queue: str, language: str, own_agent: int | None) -> None:
        self.leg = FakeLeg()
        self.place: QueuePlace | None = None
        self._floor, self._queue, self._language = floor, queue, language
        self._past = Past(preferred=own_agent)
        self.task = asyncio.create_task(self._call())

    async def _call(self) -> None:
        known: dict[str, Any] = {"language": self._language, "past": self._past}
        async with self._floor.waiting(self.leg, self._queue, **known) as self.place:
            reached = await self.place.agent()
            await reached.leg.gone()

    @property
    def call_id(self) -> UUID | None:
        return self.place.call.id if self.place else None

    def hang_up(self) -> None:
        self.leg.vanish()
        self.task.cancel()


class FloorStory(RuleBasedStateMachine):
    """Rules only say what is to happen; `it_happens` lets all of it happen in one instant."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = JumpingLoop()
        self.callers: list[Caller] = []
        self.ahead: list[Callable[[], object]] = []
        self.floor = self.loop.run_until_complete(self._open())

    async def _open(self) -> Floor:
        members = [an_agent(number, None, **skills) for number, skills in AGENTS.items()]
        queues = a_queue("orders", exclusion_seconds=20.0), a_queue("support", max_busy=1)
        return Floor(*members, queues=queues, loop=self.loop)

    # ---- what may happen ----

    @initialize(calls=st.integers(0, 3), agents=st.sets(NUMBERS))
    def a_morning_like_any_other(self, calls: int, agents: set[int]) -> None:
        for number in agents:
            self.an_agent_logs_in_or_comes_back(number)
        for _ in range(calls):
            self.a_call_arrives("orders", "zh", None)
        self.it_happens(0.5)

    @rule(number=NUMBERS, reason=st.sampled_from([R.BREAK, R.LUNCH]))
    def an_agent_asks_for_a_pause(self, number: int, reason: Reason) -> None:
        self.ahead.append(lambda: self._pause(number, reason))

    def _pause(self, number: int, reason: Reason) -> None:
        if self.floor.state(number) is not S.LOGGED_OUT:
            self.floor.roster.ask(self.floor.seat(number), S.PAUSED, reason)

    @rule(number=NUMBERS)
    def an_agent_logs_in_or_comes_back(self, number: int) -> None:
        self.ahead.append(lambda: self._come(number))

    def _come(self, number: int) -> None:
        seat = self.floor.seat(number)
        self.floor.roster.ask(seat, S.READY, R.BACK)
        if seat.state is S.PHONE_LOST:
            self.floor.roster.free(seat, R.PHONE_BACK)

    @rule(number=NUMBERS)
    def an_agent_logs_out(self, number: int) -> None:
        seat = self.floor.seat(number)
        self.ahead.append(lambda: self.floor.roster.ask(seat, S.LOGGED_OUT, R.LOGOUT))

    @rule(number=NUMBERS, phone=PHONES)
    def a_phone_behaves_differently_from_now_on(self, number: int, phone: Phone) -> None:
        self.floor.phone(number, phone)

    @rule(
        queue=st.sampled_from(["orders", "support"]),
        language=st.sampled_from(["zh", "en"]),
        own_agent=st.none() | NUMBERS,
    )
    def a_call_arrives(self, queue: str, language: str, own_agent: int | None) -> None:
        calls = self.callers
        self.ahead.append(lambda: calls.append(Caller(self.floor, queue, language, own_agent)))

    @precondition(lambda self: self.callers)
    @rule(which=st.integers(0, 1000))
    def a_caller_hangs_up(self, which: int) -> None:
        self.ahead.append(self.callers[which % len(self.callers)].hang_up)

    @precondition(lambda self: self.floor.exchange.legs)
    @rule(which=st.integers(0, 1000))
    def an_agent_hangs_up(self, which: int) -> None:
        legs = list(self.floor.exchange.legs.values())
        self.ahead.append(legs[-1 - which % len(legs)].vanish)

    @rule(seconds=st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0, 16.0, 60.0]))
    def it_happens(self, seconds: float) -> None:
        self.loop.run_until_complete(self._happen(seconds))

    async def _happen(self, seconds: float) -> None:
        ahead, self.ahead = self.ahead, []
        for event in ahead:
            event()
        await asyncio.sleep(seconds)
        for _ in range(20):
            await asyncio.sleep(0)

    # ---- what must hold ----

    @invariant()
    def nobody_has_two_live_offers(self) -> None:
        live = live_offers(self.floor)
        assert max(Counter(offer.agent_id for offer in live).values(), default=0) <= 1
        assert max(Counter(offer.call_id for offer in live).values(), default=0) <= 1

    @invariant()
    def whoever_is_reserved_or_talking_is_so_for_a_call_that_lives(self) -> None:
        busy = {number for number in AGENTS if self.floor.state(number) in LIVE}
        in_use = self.floor.exchange.in_use
        calls = {str(caller.call_id) for caller in self._live()}
        assert {f"PJSIP/phone-{number}" for number in busy} == set(in_use)
        assert {channel.rpartition("-a")[0] for channel in in_use.values()} <= calls

    @invariant()
    def no_agent_is_idle_beside_a_call_for_them(self) -> None:
        if self.ahead:
            return
        idle = [number for number in AGENTS if self.floor.state(number) is S.READY]
        for caller in self._live():
            if not self._is_served(caller):
                assert not [number for number in idle if self._could_take(caller, number)]

    @invariant()
    def every_move_is_written_and_legal(self) -> None:
        for number in AGENTS:
            moves = [one for one in self.floor.journal.of(AgentMoved) if one.agent_id == number]
            states = [S.LOGGED_OUT, *(S(one.state) for one in moves)]
            assert [one.version for one in moves] == list(range(1, len(moves) + 1))
            assert all(after in MOVES[before] for before, after in pairwise(states))
            assert states[-1] is self.floor.state(number)

    def _live(self) -> list[Caller]:
        return [caller for caller in self.callers if not caller.task.done()]

    def _is_served(self, caller: Caller) -> bool:
        channels = self.floor.exchange.in_use.values()
        return any(channel.startswith(str(caller.call_id)) for channel in channels)

    def _could_take(self, caller: Caller, number: int) -> bool:
        place, floor = caller.place, self.floor
        assert place is not None
        rules = place.queue.rules
        is_full = rules.max_busy is not None and floor.dispatcher.matcher.busy(rules.id) > 0
        since = floor.clock.now() - timedelta(seconds=rules.exclusion_seconds)
        in_vain = {
            (offer.call_id, offer.agent_id)
            for offer in floor.journal.of(OfferEnded)
            if offer.at > since
        }

        def is_able(agent: int) -> bool:
            fits = place.needs(0).is_met_by(floor.seat(agent).member.profile)
            return fits and (place.call.id, agent) not in in_vain

        own_agent = self._waits_for(place)
        if own_agent is not None and is_able(own_agent) and own_agent != number:
            return False
        return is_able(number) and not is_full

    def _waits_for(self, place: QueuePlace) -> int | None:
        """The own agent, if at work and patience is not over."""
        wish = place.contact.wish
        if wish is None or self.floor.clock.monotonic() >= place.began + wish.patience:
            return None
        return int(wish.agent) if self.floor.state(int(wish.agent)) in AT_WORK else None

    def teardown(self) -> None:
        try:
            self.ahead = [caller.hang_up for caller in self.callers]
            self.loop.run_until_complete(self._happen(60))
            assert_all_ended_once(self.floor)
            assert not any(self.floor.state(number) in LIVE for number in AGENTS)
            assert asyncio.all_tasks(self.loop) == set()
        finally:
            self.loop.run_until_complete(self._close())
            self.loop.close()

    async def _close(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def live_offers(floor: Floor) -> list[OfferMade]:
    ended = {offer.offer_id for offer in floor.journal.of(OfferEnded)}
    return [offer for offer in floor.journal.of(OfferMade) if offer.offer_id not in ended]


def assert_all_ended_once(floor: Floor) -> None:
    of = floor.journal.of
    pairs = (
        ([one.offer_id for one in of(OfferMade)], [one.offer_id for one in of(OfferEnded)]),
        ([one.visit_id for one in of(QueueEntered)], [one.visit_id for one in of(QueueLeft)]),
        ([one.leg_id for one in of(LegStarted)], [one.leg_id for one in of(LegEnded)]),
    )
    for begun, ended in pairs:
        assert Counter(begun) == Counter(ended)
        assert max(Counter(begun).values(), default=1) == 1


TestFloorStory = FloorStory.TestCase
