"""A caller brought to one agent past the queues, and what the agent's states and the record say."""

import asyncio

import pytest

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import NotAnswered, NotReady
from ari_app.domain.facts import (
    LegAnswered,
    LegEnded,
    LegStarted,
    OfferEnded,
    OfferMade,
    OfferResult,
)
from ari_app.domain.transfer import Refusal, Transfer
from tests.fakes.calls import some_facts
from tests.fakes.floor import WRAP_UP_SECONDS, Floor, an_agent
from tests.fakes.telephony import (
    FakeLeg,
    FakeRoom,
    Phone,
    dies_while_ringing,
    is_not_registered,
    never_answers,
    refuses,
)

S = AgentState
FROM_8001 = Transfer(by=8001, to=8002, queue="orders")


@pytest.fixture
async def floor() -> Floor:
    floor = Floor(an_agent(8001), an_agent(8002))
    floor.log_in()
    return floor


async def talk(floor: Floor, seconds: float = 60) -> None:
    room = FakeRoom(floor.exchange)
    async with floor.dispatcher.direct(some_facts(), FakeLeg(), room, FROM_8001) as place:
        await place.agent()
        await asyncio.sleep(seconds)


async def test_the_agent_is_reserved_rung_talks_and_wraps_up(floor: Floor) -> None:
    talking = asyncio.create_task(talk(floor, 60))

    await asyncio.sleep(1)
    assert floor.state(8002) is S.RESERVED
    await asyncio.sleep(5)
    assert floor.state(8002) is S.TALKING
    await talking
    assert floor.state(8002) is S.WRAP_UP
    await asyncio.sleep(WRAP_UP_SECONDS + 1)
    assert floor.state(8002) is S.READY


async def test_the_record_says_who_passed_the_caller_on(floor: Floor) -> None:
    await talk(floor, 60)

    made = floor.journal.the(OfferMade)
    assert (made.agent_id, made.visit_id, made.why) == (8002, None, {"how": "blind", "by": 8001})
    assert floor.journal.the(OfferEnded).result is OfferResult.ACCEPTED
    started = floor.journal.the(LegStarted)
    answered, ended = floor.journal.the(LegAnswered), floor.journal.the(LegEnded)
    assert started.leg_id == answered.leg_id == ended.leg_id
    assert (ended.at - answered.at).total_seconds() == 60


async def test_nobody_is_rung_before_the_offer_is_durable(floor: Floor) -> None:
    floor.journal.seconds = 1
    talking = asyncio.create_task(talk(floor))

    await asyncio.sleep(0.5)
    assert floor.exchange.rung == []
    await asyncio.sleep(1)
    assert len(floor.exchange.rung) == 1
    talking.cancel()
    await asyncio.wait((talking,))


@pytest.mark.parametrize(
    ("phone", "result", "state"),
    [
        (refuses(), OfferResult.REFUSED, S.READY),
        (never_answers(), OfferResult.TIMED_OUT, S.READY),
        (dies_while_ringing(), OfferResult.FAILED, S.PHONE_LOST),
        (is_not_registered(), OfferResult.FAILED, S.PHONE_LOST),
    ],
)
async def test_a_phone_that_is_not_answered_is_judged_as_by_any_offer(
    floor: Floor, phone: Phone, result: OfferResult, state: AgentState
) -> None:
    floor.phone(8002, phone)

    with pytest.raises(NotAnswered):
        await talk(floor)

    assert floor.journal.the(OfferEnded).result is result
    assert floor.state(8002) is state
    assert len(floor.journal.of(LegEnded)) == 1


async def test_a_caller_who_leaves_takes_the_offer_back(floor: Floor) -> None:
    floor.phone(8002, never_answers())
    talking = asyncio.create_task(talk(floor))
    await asyncio.sleep(5)

    talking.cancel()
    await asyncio.wait((talking,))

    assert floor.journal.the(OfferEnded).result is OfferResult.RESCINDED
    assert floor.state(8002) is S.READY


async def test_an_agent_in_a_direct_talk_gets_no_call_of_the_queue(floor: Floor) -> None:
    floor.pause(8001)
    talking = asyncio.create_task(talk(floor, 60))
    await asyncio.sleep(5)

    async with floor.waiting() as place:
        await asyncio.sleep(20)
        assert place.is_waiting
        await talking
        reached = await place.agent()
        assert reached.agent_id == 8002


async def test_who_is_busy_by_now_is_not_rung(floor: Floor) -> None:
    floor.pause(8002)

    with pytest.raises(NotAnswered):
        await talk(floor)

    assert floor.exchange.rung == []
    assert floor.journal.of(OfferMade) == []


@pytest.mark.parametrize(
    ("to", "why"), [(8001, Refusal.SELF), (4711, Refusal.UNKNOWN), (8002, None)]
)
async def test_why_a_colleague_cannot_be_rung(floor: Floor, to: int, why: Refusal | None) -> None:
    assert floor.dispatcher.why_not(Transfer(8001, to, "orders")) == why


# ---- one agent by number ----

NAMED = Transfer(by=None, to=8002, queue="")


async def named(floor: Floor, patience: float = 20, seconds: float = 60) -> None:
    """A caller who asked for agent 8002."""
    room = FakeRoom(floor.exchange)
    async with floor.dispatcher.direct(some_facts(), FakeLeg(), room, NAMED) as place:
        await place.agent(patience=patience)
        await asyncio.sleep(seconds)


async def test_the_record_says_that_the_caller_asked_for_the_agent(floor: Floor) -> None:
    await named(floor)

    assert floor.journal.the(OfferMade).why == {"how": "named"}


async def test_who_is_busy_is_waited_for_before_every_queue(floor: Floor) -> None:
    floor.pause(8001)
    talking = asyncio.create_task(named(floor, seconds=10))
    await asyncio.sleep(5)
    async with floor.waiting() as place:
        asked = asyncio.create_task(named(floor, patience=100))
        await asyncio.sleep(10 + WRAP_UP_SECONDS)

        assert floor.state(8002) is S.TALKING
        assert place.is_waiting
        asked.cancel()
        await asyncio.wait((asked, talking))


async def test_callers_who_want_the_same_agent_are_served_in_their_order(floor: Floor) -> None:
    first = asyncio.create_task(named(floor, seconds=30))
    await asyncio.sleep(3)
    waiting = [asyncio.create_task(named(floor, patience=1000, seconds=30)) for _ in range(2)]
    await asyncio.sleep(1)

    await first
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)

    assert done == {waiting[0]}
    await waiting[1]


async def test_patience_ends_with_a_reason(floor: Floor) -> None:
    talking = asyncio.create_task(named(floor))
    await asyncio.sleep(5)

    with pytest.raises(NotReady) as refused:
        await named(floor, patience=20)

    assert refused.value.why == Refusal.BUSY
    await talking
    assert len(floor.journal.of(OfferMade)) == 1


async def test_an_agent_who_pauses_is_waited_for_no_longer(floor: Floor) -> None:
    talking = asyncio.create_task(named(floor, seconds=10))
    await asyncio.sleep(5)
    asked = asyncio.create_task(named(floor, patience=1000))
    await asyncio.sleep(1)
    floor.pause(8002)

    await asyncio.wait((asked,))

    error = asked.exception()
    assert isinstance(error, NotReady)
    assert error.why == Refusal.NOT_AT_WORK
    await talking


async def test_who_is_not_waited_for_is_refused_at_once(floor: Floor) -> None:
    talking = asyncio.create_task(named(floor))
    await asyncio.sleep(5)
    before = floor.clock.monotonic()

    with pytest.raises(NotReady):
        await named(floor, patience=0)
    assert floor.clock.monotonic() == before
    await talking


async def test_a_caller_who_leaves_as_the_agent_becomes_ready_gives_the_agent_back(
    floor: Floor,
) -> None:
    talking = asyncio.create_task(named(floor, seconds=10))
    await asyncio.sleep(5)
    asked = asyncio.create_task(named(floor, patience=1000))
    await asyncio.sleep(1)

    def leave(seat: object) -> None:
        if floor.state(8002) is S.RESERVED:
            asked.cancel()

    floor.roster.watch(leave)
    await asyncio.wait((asked, talking))
    await asyncio.sleep(WRAP_UP_SECONDS + 5)

    assert floor.state(8002) is S.READY
    assert len(floor.journal.of(OfferMade)) == 1
