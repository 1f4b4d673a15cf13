"""What becomes of agents whose phones cannot be reached, or can again."""

import asyncio

import pytest

from ari_app.domain.agent import AgentState, Reason
from ari_app.workers.phones import Phones
from tests.fakes.floor import RING_SECONDS, WRAP_UP_SECONDS, Floor, an_agent
from tests.fakes.telephony import answers, never_answers

S, R = AgentState, Reason
PHONE = "phone-8001"
HERE, THERE = "sip:1001@192.0.2.1:5060", "sip:1001@192.0.2.1:5062"


async def test_a_ready_agent_whose_phone_is_lost_gets_no_calls_until_it_is_back() -> None:
    floor = Floor(an_agent())
    phones = Phones(floor.dispatcher)
    floor.log_in()

    phones.contact(PHONE, HERE, "Unreachable")

    async with floor.waiting() as place:
        await asyncio.sleep(60)
        assert (floor.state(), floor.exchange.rung) == (S.PHONE_LOST, [])
        phones.contact(PHONE, HERE, "Reachable")
        assert floor.seat().agent.reason is R.OFFER
        await place.agent()


async def test_a_phone_lost_while_it_rings_is_lost_once_the_ringing_ends() -> None:
    floor = Floor(an_agent(), phones={8001: never_answers()})
    phones = Phones(floor.dispatcher)
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(1)
        phones.contact(PHONE, HERE, "Unreachable")
        assert floor.state() is S.RESERVED
        await asyncio.sleep(RING_SECONDS)

        assert (floor.state(), floor.seat().agent.reason) == (S.PHONE_LOST, R.PHONE_GONE)


async def test_a_phone_lost_in_the_wrap_up_is_lost_after_it() -> None:
    floor = Floor(an_agent())
    phones = Phones(floor.dispatcher)
    floor.log_in()
    await floor.talk()
    assert floor.state() is S.WRAP_UP

    phones.contact(PHONE, HERE, "Removed")

    assert floor.state() is S.WRAP_UP
    await asyncio.sleep(WRAP_UP_SECONDS)
    assert floor.state() is S.PHONE_LOST


@pytest.mark.parametrize("status", ["Reachable", "Created"])
async def test_a_phone_that_was_lost_for_a_moment_only_is_no_reason(status: str) -> None:
    floor = Floor(an_agent(), phones={8001: answers(after=5)})
    phones = Phones(floor.dispatcher)
    floor.log_in()

    async with floor.waiting() as place:
        phones.contact(PHONE, HERE, "Unreachable")
        phones.contact(PHONE, HERE, status)
        await place.agent()
    await asyncio.sleep(WRAP_UP_SECONDS)

    assert floor.state() is S.READY


async def test_a_phone_that_answers_is_there_whatever_was_said_before() -> None:
    floor = Floor(an_agent(), phones={8001: answers(after=5)})
    phones = Phones(floor.dispatcher)
    floor.log_in()

    async with floor.waiting() as place:
        phones.contact(PHONE, HERE, "Unreachable")
        await place.agent()
    await asyncio.sleep(WRAP_UP_SECONDS)

    assert floor.state() is S.READY


async def test_a_phone_that_restarts_in_a_talk_is_lost_for_the_call_only() -> None:
    floor = Floor(an_agent())
    phones = Phones(floor.dispatcher)
    floor.log_in()

    async with floor.waiting() as place:
        await place.agent()
        phones.contact(PHONE, HERE, "Removed")
        phones.contact(PHONE, HERE, "Created")
        place.agent_lost()

    assert (floor.state(), floor.seat().agent.reason) == (S.READY, R.PHONE_BACK)


@pytest.mark.parametrize("last", ["Unreachable", "Removed"])
async def test_a_phone_that_came_and_went_again_is_lost(last: str) -> None:
    floor = Floor(an_agent())
    phones = Phones(floor.dispatcher)
    floor.log_in()

    async with floor.waiting() as place:
        await place.agent()
        phones.contact(PHONE, HERE, "Created")
        phones.contact(PHONE, HERE, last)
        place.agent_lost()

    assert floor.state() is S.PHONE_LOST


async def test_what_was_heard_of_a_phone_before_it_answered_does_not_count() -> None:
    floor = Floor(an_agent())
    phones = Phones(floor.dispatcher)
    floor.log_in()
    phones.contact(PHONE, HERE, "Reachable")

    async with floor.waiting() as place:
        await place.agent()
        place.agent_lost()

    assert floor.state() is S.PHONE_LOST


@pytest.mark.parametrize(
    "news",
    [
        [(THERE, "NonQualified"), (HERE, "Removed"), (THERE, "Reachable")],
        [(THERE, "NonQualified"), (THERE, "Reachable"), (HERE, "Removed")],
    ],
)
async def test_a_phone_that_registers_from_elsewhere_was_never_lost(
    news: list[tuple[str, str]],
) -> None:
    floor = Floor(an_agent())
    phones = Phones(floor.dispatcher)
    phones.contact(PHONE, HERE, "Reachable")
    floor.log_in()

    for uri, status in news:
        phones.contact(PHONE, uri, status)
        assert floor.state() is S.READY

    phones.contact(PHONE, THERE, "Unreachable")
    assert floor.state() is S.PHONE_LOST


async def test_where_a_phone_was_before_we_looked_does_not_count() -> None:
    floor = Floor(an_agent())
    phones = Phones(floor.dispatcher)
    phones.contact(PHONE, HERE, "Reachable")
    floor.log_in()

    phones.found(PHONE, "online")
    phones.contact(PHONE, THERE, "Unreachable")

    assert floor.state() is S.PHONE_LOST


async def test_what_nobody_heard_is_found_by_looking() -> None:
    floor = Floor(an_agent())
    phones = Phones(floor.dispatcher)
    floor.log_in()

    phones.found(PHONE, "offline")
    assert floor.state() is S.PHONE_LOST

    phones.found(PHONE, "online")
    assert floor.state() is S.READY


async def test_phones_of_nobody_are_none_of_our_business() -> None:
    Phones(Floor(an_agent()).dispatcher).contact("phone-9", HERE, "Unreachable")
