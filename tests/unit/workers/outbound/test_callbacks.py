"""Callbacks from the line to the end: agent first, then the customer, and never twice."""

import asyncio
from collections.abc import Callable
from datetime import UTC, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ari_app.domain.agent import AgentState
from ari_app.domain.attempt import AttemptOutcome
from ari_app.domain.callback import Owed, Retry
from ari_app.domain.facts import (
    AgentMoved,
    CallArrived,
    CallEnded,
    CallPlaced,
    OfferMade,
    Outcome,
    PlaceKind,
    QueueEntered,
    QueueLeft,
)
from ari_app.domain.flow import Flow, Hangup, Queue
from ari_app.domain.hours import Opening, WeeklyHours
from ari_app.domain.outbound import OutboundRules, PrefixRule
from ari_app.domain.outbound_facts import AttemptEnded, AttemptMade, CallbackPutOff
from ari_app.domain.staff import QueueConfig
from ari_app.workers.calls import Calls
from ari_app.workers.outbound.callback_desk import CallbackDesk
from ari_app.workers.outbound.gate import OutboundGate
from ari_app.workers.outbound.turn import SOON, Switchboard
from ari_app.workers.reception import Reception
from tests.fakes.callbacks import FakeCallbacks, owed
from tests.fakes.clock import NOON
from tests.fakes.directory import FakeDirectory
from tests.fakes.enquiries import FakeEnquiries
from tests.fakes.floor import Floor, a_queue, an_agent
from tests.fakes.flows import FakeFlows, FakeVersions
from tests.fakes.telephony import (
    BUSY,
    FakeLeg,
    Phone,
    answers,
    is_not_registered,
    never_answers,
    refuses,
)

NUMBER = "13800138000"
CUSTOMER, AGENT = f"PJSIP/{NUMBER}@carrier", "PJSIP/phone-8001"
FLOW = Flow(
    name="hotline",
    start="orders",
    node={
        "orders": Queue(queue="orders", talked="bye", timeout="bye", nobody="bye"),
        "bye": Hangup(),
    },
)
RULES = OutboundRules(
    is_on=True,
    prefixes=(PrefixRule("+861", True),),
    trunk="carrier",
    caller_ids=("95001",),
    most_at_once=5,
    most_an_hour=50,
    most_a_day_to_one=5,
)


class House:
    """One agent, one line, and callbacks that are owed."""

    def __init__(self, *booked: Owed, rules: OutboundRules = RULES, **queue: WeeklyHours) -> None:
        queues: tuple[QueueConfig, ...] = (a_queue("orders", **queue),)
        self.floor = Floor(an_agent(8001), queues=queues)
        self.journal, self.clock = self.floor.journal, self.floor.clock
        self.exchange = self.floor.exchange
        self.exchange.phones[CUSTOMER] = answers()
        self.callbacks = FakeCallbacks(self.journal, *booked)
        self.gate = OutboundGate(rules, self.callbacks, self.journal, self.clock, UTC)
        self.calls = Calls(
            self.exchange.open_room,
            self.floor.dispatcher,
            self.journal,
            self.clock,
            Reception(FakeVersions(FakeFlows(FLOW)), FakeDirectory(), FakeEnquiries().asked),
            lambda ended, outcome: None,
        )
        self.changed: Callable[[], object] = bool
        board = Switchboard(
            self.floor.dispatcher,
            self.gate,
            self.calls,
            self.exchange.open_room,
            self.journal,
            self.clock,
            lambda _: (FLOW, "orders"),
            "hotline-0",
            "node1",
            Retry(3, 900),
        )
        self.desk = CallbackDesk(board, self.callbacks.due, self._listen)
        self._tasks: list[asyncio.Task[object]] = []

    async def _listen(self, heard: Callable[[], object]) -> None:
        self.changed = heard
        heard()
        await asyncio.get_running_loop().create_future()

    async def open(self) -> None:
        await self.gate.load()
        self._tasks.append(asyncio.create_task(self.desk.run()))
        await asyncio.sleep(0.5)

    async def __aenter__(self) -> "House":
        return self

    async def __aexit__(self, *_: object) -> None:
        """Everybody goes home."""
        self.floor.pause()
        self.callbacks.cancelled |= self.callbacks.booked.keys()
        self.changed()
        await asyncio.sleep(1)
        for leg in tuple(self.exchange.legs.values()):
            leg.vanish()
        await asyncio.sleep(60)
        for task in self._tasks:
            task.cancel()
            await asyncio.wait((task,))

    def rung(self, endpoint: str) -> int:
        return [one for one, _ in self.exchange.rung].count(endpoint)

    def customer(self) -> FakeLeg:
        return self.exchange.leg(CUSTOMER)

    def agent(self) -> FakeLeg:
        return self.exchange.leg(AGENT)

    def outcomes(self) -> list[AttemptOutcome]:
        return [fact.outcome for fact in self.journal.of(AttemptEnded)]


async def test_it_waits_for_an_agent_and_only_then_dials() -> None:
    async with House(owed()) as house:
        await house.open()
        await asyncio.sleep(100)
        assert not house.exchange.rung

        house.floor.log_in()
        await asyncio.sleep(3)  # the agent answers after two
        assert house.rung(AGENT) == 1
        assert house.agent().heard[:1] == ["zh/callback-for-you"]
        await asyncio.sleep(3)
        assert house.rung(CUSTOMER) == 1
        assert house.floor.state() is AgentState.TALKING
        assert set(house.exchange.bridges.values()) == {(house.customer().id, house.agent().id)}
        assert house.customer().variables["context"] == "app-called"


async def test_its_record_is_a_call_of_its_own_and_no_stay_in_the_queue() -> None:
    async with House(owed()) as house:
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(30)
        house.agent().vanish()
        await asyncio.sleep(5)

        arrived, ended = house.journal.the(CallArrived), house.journal.the(CallEnded)
        assert (arrived.callback_id, arrived.caller) == (owed().id, NUMBER)
        assert (ended.outcome, ended.call_id) == (Outcome.TALKED, arrived.call_id)
        assert house.journal.the(OfferMade).visit_id is None
        assert not house.journal.of(QueueEntered)
        assert not house.journal.of(QueueLeft)
        assert house.callbacks.state(owed().id) == "done talked"
        assert house.floor.state() is AgentState.WRAP_UP


async def test_the_talk_is_saved_before_anything_is_dialled() -> None:
    async with House(owed()) as house:
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(10)

        kinds = [type(fact) for fact in house.journal.facts]
        placed = house.journal.of(CallPlaced)[0]
        assert kinds.index(CallPlaced) < kinds.index(AttemptMade)
        assert (placed.kind, placed.flow, placed.flow_node) == (PlaceKind.TALK, "hotline", "orders")


@pytest.mark.parametrize(
    ("phone", "outcome", "word"),
    [
        (Phone(2.0, cause=BUSY), AttemptOutcome.BUSY, "zh/callback-customer-busy"),
        (never_answers(), AttemptOutcome.NO_ANSWER, "zh/callback-no-answer"),
    ],
)
async def test_who_is_not_reached_is_dialled_again_later_and_given_up_in_the_end(
    phone: Phone, outcome: AttemptOutcome, word: str
) -> None:
    async with House(owed()) as house:
        house.exchange.phones[CUSTOMER] = phone
        house.floor.log_in()
        await house.open()

        await asyncio.sleep(3)
        agent = house.agent()
        await asyncio.sleep(57)
        assert word in agent.heard
        assert house.outcomes() == [outcome]
        assert house.floor.state() is AgentState.READY  # without wrap-up
        assert "wrap_up" in {fact.state for fact in house.journal.of(AgentMoved)}
        await asyncio.sleep(800)
        assert house.rung(CUSTOMER) == 1
        await asyncio.sleep(2000)
        assert house.outcomes() == [outcome] * 3
        assert house.callbacks.state(owed().id) == f"given_up {outcome.value}"
        assert [fact.outcome for fact in house.journal.of(CallEnded)] == [Outcome.NOT_REACHED] * 3
        await asyncio.sleep(10_000)
        assert house.rung(CUSTOMER) == 3


async def test_an_agent_who_hangs_up_ends_the_ringing() -> None:
    async with House(owed()) as house:
        house.exchange.phones[CUSTOMER] = answers(after=20)
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(8)

        house.agent().vanish()
        await asyncio.sleep(1)

        assert house.outcomes() == [AttemptOutcome.CANCELLED]
        assert CUSTOMER not in house.exchange.in_use
        assert house.floor.state() is AgentState.WRAP_UP
        assert not house.calls.live


async def test_an_agent_who_refuses_leaves_it_in_line_for_the_next() -> None:
    async with House(owed()) as house:
        house.floor.phone(8001, refuses())
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(5)

        assert not house.journal.of(AttemptMade)
        assert house.desk.in_line == 1


async def test_one_that_is_cancelled_leaves_the_line_also_while_it_rings() -> None:
    async with House(owed()) as house:
        house.floor.phone(8001, answers(after=10))
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(2)
        assert house.floor.state() is AgentState.RESERVED

        house.callbacks.cancelled.add(owed().id)
        house.changed()
        await asyncio.sleep(1)

        assert house.floor.state() is AgentState.READY
        assert house.desk.in_line == 0
        assert not house.journal.of(AttemptMade)
        assert house.journal.the(CallEnded).outcome is Outcome.NOT_REACHED


async def test_a_customer_who_hangs_up_at_once_is_called_again() -> None:
    async with House(owed()) as house:
        house.exchange.phones[CUSTOMER] = answers(talks_for=0.0)
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(20)

        assert house.outcomes() == [AttemptOutcome.ANSWERED]
        assert not house.calls.live
        assert house.floor.state() in {AgentState.READY, AgentState.WRAP_UP}


async def test_a_fault_of_ours_leaves_it_to_be_tried_again() -> None:
    async with House(owed()) as house:
        house.floor.log_in()
        await house.open()
        house.journal.broken, house.journal.breaks_on = RuntimeError("a bug"), (AttemptEnded,)
        await asyncio.sleep(10)
        house.journal.broken = None

        (put_off,) = house.journal.of(CallbackPutOff)
        assert put_off.due_at > house.clock.now()
        assert not house.calls.live
        assert house.floor.state() is not AgentState.TALKING


async def test_no_more_are_dialled_than_there_are_agents() -> None:
    async with House(owed(), owed("13800138001", place_since=NOON - timedelta(minutes=5))) as house:
        house.exchange.phones["PJSIP/13800138001@carrier"] = answers()
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(30)

        assert house.rung("PJSIP/13800138001@carrier") == 1  # who waits longer
        assert house.rung(CUSTOMER) == 0
        house.agent().vanish()
        await asyncio.sleep(30)
        assert house.rung(CUSTOMER) == 1


async def test_callers_and_callbacks_share_one_order() -> None:
    async with House(owed(place_since=NOON - timedelta(minutes=5))) as house:
        house.floor.pause()
        await house.open()
        async with house.floor.waiting() as place:
            assert place.position == 2
            house.floor.log_in()
            await asyncio.sleep(10)
            assert house.rung(CUSTOMER) == 1
            assert place.is_waiting


async def test_a_closed_queue_calls_nobody_until_it_opens() -> None:
    opens_at_one = WeeklyHours((Opening(1, 13 * 3600, 18 * 3600),))
    async with House(owed(), hours=opens_at_one) as house:
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(3500)
        assert not house.exchange.rung

        await asyncio.sleep(200)

        assert house.rung(CUSTOMER) == 1


async def test_while_postgresql_is_away_no_agent_is_asked() -> None:
    async with House(owed(NUMBER)) as house:
        house.floor.log_in()
        house.gate.is_database_away = True
        await house.open()
        assert not house.exchange.rung

        house.gate.is_database_away = False
        house.desk.look()
        await asyncio.sleep(1)
        assert house.rung(AGENT) == 1


async def test_who_may_not_be_dialled_is_given_up_and_no_agent_hears_of_it() -> None:
    async with House(owed("0012125550123")) as house:
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(5)

        assert house.callbacks.state(owed("0012125550123").id) == "given_up international"
        assert not house.exchange.rung


async def test_where_nothing_may_be_dialled_they_stay_as_they_are() -> None:
    async with House(owed(), rules=OutboundRules()) as house:
        house.floor.log_in()
        await house.open()
        await asyncio.sleep(5000)

        assert not house.journal.facts[1:] or not house.journal.of(AttemptMade)
        assert not house.exchange.rung


PAIR = (AttemptMade, AttemptEnded)  # one after the other
PHONES = (
    answers(),
    answers(talks_for=0.0),
    answers(after=20, talks_for=40),
    Phone(2.0, cause=BUSY),
    never_answers(),
    is_not_registered(),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(PHONES), st.integers(1, 1200), st.booleans()),
        max_size=8,
    )
)
async def test_whatever_happens_nobody_is_dialled_too_often_or_without_a_row(
    turns: list[tuple[Phone, int, bool]],
) -> None:
    """Also not a second time while the first goes on: the exchange refuses that."""
    async with House(owed()) as house:
        house.floor.log_in()
        await house.open()
        for phone, seconds, agent_leaves in turns:
            house.exchange.phones[CUSTOMER] = phone
            await asyncio.sleep(seconds)
            if agent_leaves and house.exchange.in_use.get(AGENT) in house.exchange.legs:
                house.agent().vanish()

        made = house.journal.of(AttemptMade)
        assert house.rung(CUSTOMER) <= len(made) <= 3
        assert len({fact.attempt_id for fact in made}) == len(made)
        kinds = [type(fact) for fact in house.journal.facts if isinstance(fact, PAIR)]
        assert kinds == list(PAIR) * (len(kinds) // 2) + list(PAIR[: len(kinds) % 2])
        for earlier, later in pairwise(made):
            assert (later.at - earlier.at).total_seconds() >= SOON.total_seconds()
