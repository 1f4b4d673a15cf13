"""Calls and agents find each other, and let go of each other, whatever happens in between."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from ari_app.domain.acd.rules import Relaxation
from ari_app.domain.agent import AgentState, NextState, Reason
from ari_app.domain.errors import NotFound
from ari_app.domain.facts import AgentMoved, CallbackBooked, OfferMade
from ari_app.domain.flow import Prospect
from ari_app.domain.staff import Presence
from tests.fakes.calls import some_facts
from tests.fakes.clock import NOON
from tests.fakes.floor import RING_SECONDS, WRAP_UP_SECONDS, Floor, a_queue, an_agent
from tests.fakes.telephony import (
    FakeLeg,
    FakeRoom,
    Phone,
    answers,
    asterisk_is_away,
    is_not_registered,
    never_answers,
    refuses,
)

S, R = AgentState, Reason
RELAXING = a_queue(requires={"orders": 7}, relaxation=(Relaxation(30, {"orders": 1}),))


async def test_a_call_that_arrives_goes_to_the_idle_agent_at_once() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    async with floor.waiting() as place:
        assert floor.state() is S.RESERVED
        assert (await place.agent()).agent_id == 8001
        assert floor.state() is S.TALKING


async def test_a_waiting_call_goes_to_the_agent_who_becomes_ready() -> None:
    floor = Floor(an_agent())

    async with floor.waiting() as place:
        await asyncio.sleep(30)
        floor.log_in()
        assert (await place.agent()).agent_id == 8001


async def test_the_caller_who_came_first_is_served_first() -> None:
    floor = Floor(an_agent())

    async with floor.waiting() as first, floor.waiting():
        floor.log_in()
        await asyncio.sleep(0)

        assert floor.journal.the(OfferMade).call_id == first.call.id


async def test_a_vip_is_served_before_those_who_came_a_little_earlier() -> None:
    floor = Floor(an_agent())

    async with floor.waiting() as normal, floor.waiting(tier="vip") as vip:
        assert (vip.position, normal.position) == (1, 2)


async def test_an_agent_without_the_skill_is_never_rung() -> None:
    floor = Floor(an_agent(8001, support=9))
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(60)
    assert floor.exchange.rung == []


async def test_who_speaks_english_serves_english_callers() -> None:
    floor = Floor(an_agent(8001), an_agent(8002, orders=5, english=5))
    floor.log_in()

    async with floor.waiting(language="en") as place:
        assert (await place.agent()).agent_id == 8002


async def test_after_the_talk_comes_wrap_up_and_then_the_next_call() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    await floor.talk(60)
    assert floor.state() is S.WRAP_UP
    assert floor.seat().until == floor.clock.now() + timedelta(seconds=WRAP_UP_SECONDS)
    async with floor.waiting() as place:
        await asyncio.sleep(WRAP_UP_SECONDS - 0.1)
        assert floor.state() is S.WRAP_UP
        await place.agent()
        assert floor.state() is S.TALKING


async def test_without_wrap_up_the_end_of_a_talk_is_the_next_offer_in_the_same_moment() -> None:
    floor = Floor(replace(an_agent(8001), wrap_up_seconds=0))
    floor.log_in()

    async with AsyncExitStack() as others:
        async with floor.waiting() as place:
            await place.agent()
            await others.enter_async_context(floor.waiting())

        moves = [moved.state for moved in floor.journal.of(AgentMoved)]
        assert moves[-3:] == [S.WRAP_UP, S.READY, S.RESERVED]


async def test_a_pause_asked_for_while_talking_begins_after_wrap_up() -> None:
    floor = Floor(an_agent())
    floor.log_in()
    async with floor.waiting() as place:
        await place.agent()
        floor.pause()
        assert floor.state() is S.TALKING

    await asyncio.sleep(WRAP_UP_SECONDS + 0.1)

    assert floor.state() is S.PAUSED


async def test_a_paused_agent_is_not_rung_and_is_on_coming_back() -> None:
    floor = Floor(an_agent())
    floor.log_in()
    floor.pause()

    async with floor.waiting() as place:
        await asyncio.sleep(10)
        assert floor.exchange.rung == []
        floor.roster.ask(floor.seat(), S.READY, R.BACK)
        assert await place.agent()


async def test_who_refuses_stays_ready_and_the_next_agent_is_rung() -> None:
    floor = Floor(an_agent(8001), an_agent(8002), phones={8001: refuses()})
    floor.log_in(8001)
    await asyncio.sleep(1)
    floor.log_in(8002)

    async with floor.waiting() as place:
        assert (await place.agent()).agent_id == 8002
        assert (floor.state(8001), floor.seat(8001).agent.reason) == (S.READY, R.REFUSED)


async def test_the_end_of_a_refused_call_does_not_disturb_the_next_one() -> None:
    floor = Floor(an_agent(), phones={8001: refuses()})
    floor.log_in()
    refused = asyncio.create_task(floor.talk())
    await asyncio.sleep(2)
    floor.phone(8001, answers(after=10))

    async with floor.waiting() as place:
        assert floor.state() is S.RESERVED
        refused.cancel()
        await asyncio.wait((refused,))
        assert floor.state() is S.RESERVED
        assert await place.agent()


async def test_who_refused_a_call_is_asked_again_only_after_a_while() -> None:
    floor = Floor(an_agent(), phones={8001: refuses(after=1)})
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(50)
        assert len(floor.exchange.rung) == 1
        await asyncio.sleep(15)
        assert len(floor.exchange.rung) == 2


async def test_one_missed_call_is_forgiven_and_two_in_a_row_are_a_pause() -> None:
    floor = Floor(an_agent(), phones={8001: never_answers()})
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(RING_SECONDS + 1)
        assert (floor.state(), floor.seat().agent.reason) == (S.READY, R.MISSED)
    async with floor.waiting():
        await asyncio.sleep(RING_SECONDS + 1)
        assert (floor.state(), floor.seat().agent.reason) == (S.PAUSED, R.MISSED_OFFERS)


async def test_an_answered_call_between_two_missed_ones_forgives_the_first() -> None:
    floor = Floor(an_agent())
    floor.log_in()
    for phone in (never_answers(), answers(), never_answers()):
        floor.phone(8001, phone)
        async with floor.waiting():
            await asyncio.sleep(RING_SECONDS + 1)
        await asyncio.sleep(WRAP_UP_SECONDS + 1)

    assert floor.state() is S.READY


async def test_refusing_is_no_missing() -> None:
    floor = Floor(an_agent())
    floor.log_in()
    for phone in (refuses(), never_answers()):
        floor.phone(8001, phone)
        async with floor.waiting():
            await asyncio.sleep(RING_SECONDS + 1)

    assert (floor.state(), floor.seat().agent.reason) == (S.READY, R.MISSED)


async def test_who_wanted_to_leave_does_so_after_a_missed_call_too() -> None:
    floor = Floor(an_agent(), phones={8001: never_answers()})
    floor.log_in()
    async with floor.waiting():
        await asyncio.sleep(RING_SECONDS + 1)

    async with floor.waiting():
        floor.roster.ask(floor.seat(), S.LOGGED_OUT, R.LOGOUT)
        await asyncio.sleep(RING_SECONDS + 1)

    assert floor.state() is S.LOGGED_OUT


async def test_an_agent_whose_phone_is_dead_is_out_of_the_line() -> None:
    floor = Floor(an_agent(), phones={8001: is_not_registered()})
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(1)
        assert (floor.state(), floor.seat().agent.reason) == (S.PHONE_LOST, R.PHONE_GONE)


async def test_while_asterisk_is_away_no_agent_loses_the_place() -> None:
    agents = [an_agent(number) for number in (8001, 8002, 8003)]
    floor = Floor(*agents, phones={agent.id: asterisk_is_away() for agent in agents})
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(20)
        assert [floor.state(agent.id) for agent in agents] == [S.READY] * 3


async def test_who_was_rung_in_vain_keeps_the_place_among_the_idle() -> None:
    floor = Floor(an_agent(8001), an_agent(8002))
    floor.log_in(8001)
    await asyncio.sleep(60)
    floor.log_in(8002)

    async with floor.waiting():
        assert floor.state(8001) is S.RESERVED
    async with floor.waiting():
        assert floor.state(8001) is S.RESERVED


async def test_who_talked_goes_behind_those_who_were_idle() -> None:
    floor = Floor(an_agent(8001), an_agent(8002))
    floor.log_in(8001)
    await asyncio.sleep(1)
    floor.log_in(8002)
    await floor.talk(60)
    await asyncio.sleep(WRAP_UP_SECONDS + 1)

    async with floor.waiting():
        assert floor.state(8002) is S.RESERVED


async def test_a_requirement_that_relaxes_finds_an_agent_without_anything_else_happening() -> None:
    floor = Floor(an_agent(orders=2), queues=(RELAXING,))
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(29)
        assert floor.state() is S.READY
        await asyncio.sleep(1.1)
        assert floor.state() is S.RESERVED


async def test_a_full_queue_serves_the_next_call_when_a_talk_ends() -> None:
    floor = Floor(an_agent(8001), an_agent(8002), queues=(a_queue(max_busy=1),))
    floor.log_in()

    talk = asyncio.create_task(floor.talk(60))
    await asyncio.sleep(10)

    async with floor.waiting():
        assert {floor.state(8001), floor.state(8002)} == {S.TALKING, S.READY}
        await talk
        assert {floor.state(8001), floor.state(8002)} == {S.WRAP_UP, S.RESERVED}


@pytest.mark.parametrize(
    ("state", "reason", "anybody"),
    [
        (S.READY, R.LOGIN, True),
        (S.WRAP_UP, R.CALL_ENDED, True),
        (S.PAUSED, R.LUNCH, False),
        (S.LOGGED_OUT, R.LOGOUT, False),
        (S.PHONE_LOST, R.PHONE_GONE, False),
    ],
)
async def test_somebody_is_there_when_an_agent_who_could_take_it_is_at_work(
    state: AgentState, reason: Reason, anybody: bool
) -> None:
    until = NOON + timedelta(seconds=5)
    floor = Floor(an_agent(8001, Presence(state, NOON, reason, until, None, 1)))

    async with floor.waiting() as place:
        assert place.anybody is anybody


async def test_somebody_is_there_when_the_requirements_will_relax_enough() -> None:
    floor = Floor(an_agent(orders=2), queues=(RELAXING,))
    floor.log_in()

    async with floor.waiting() as place:
        assert place.anybody


async def test_nobody_is_there_without_the_language() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    async with floor.waiting(language="en") as place:
        assert not place.anybody


async def test_a_queue_can_be_asked_what_it_promises_before_anybody_enters_it() -> None:
    floor = Floor(an_agent(8001), an_agent(8002, orders=1), an_agent(8003, sales=9))
    asked = partial(floor.dispatcher.prospect, some_facts(), "orders")
    nobody = asked()
    floor.log_in()
    free = asked()

    assert nobody == Prospect(is_open=True, waiting=0, at_work=0, wait=None)
    assert (free.at_work, free.wait) == (2, 0.0)
    async with floor.waiting(), floor.waiting(), floor.waiting(), floor.waiting():
        assert (asked().waiting, asked().wait) == (2, None)  # nothing was learned yet


async def test_a_queue_that_does_not_exist_is_not_found() -> None:
    floor = Floor(an_agent())

    with pytest.raises(NotFound):
        floor.dispatcher.limits("complaints")
    with pytest.raises(NotFound):
        async with floor.dispatcher.place(some_facts(), FakeLeg(), FakeRoom(), "complaints"):
            pass


async def test_changed_rules_apply_to_those_who_wait() -> None:
    floor = Floor(an_agent(orders=2), queues=(a_queue(requires={"orders": 7}),))
    floor.log_in()

    async with floor.waiting():
        assert floor.state() is S.READY
        floor.dispatcher.load_queues([a_queue(requires={"orders": 1})])
        assert floor.state() is S.RESERVED


def the_moves(floor: Floor) -> Iterator[tuple[str, str]]:
    return ((move.state, move.reason) for move in floor.journal.of(AgentMoved))


async def test_a_restart_frees_who_was_in_an_offer_or_a_talk_of_the_process_before() -> None:
    offered = Presence(S.RESERVED, NOON, R.OFFER, None, None, 4)
    talking = Presence(S.TALKING, NOON, R.ACCEPTED, None, None, 7)
    floor = Floor(an_agent(8001, offered), an_agent(8002, talking))

    assert (floor.state(8001), floor.state(8002)) == (S.READY, S.WRAP_UP)
    assert set(the_moves(floor)) == {("ready", "system_recovery"), ("wrap_up", "system_recovery")}
    await asyncio.sleep(WRAP_UP_SECONDS + 1)
    assert floor.state(8002) is S.READY


@pytest.mark.parametrize("state", [S.RESERVED, S.TALKING, S.WRAP_UP])
async def test_what_was_asked_for_before_a_restart_comes_true_after_it(state: AgentState) -> None:
    wish = NextState(S.PAUSED, R.LUNCH)
    floor = Floor(an_agent(8001, Presence(state, NOON, R.OFFER, NOON, None, 4, wish)))

    async with floor.waiting():
        await asyncio.sleep(WRAP_UP_SECONDS + 1)

    assert (floor.state(), floor.seat().agent.reason) == (S.PAUSED, R.LUNCH)
    assert floor.exchange.rung == []


async def test_a_restart_goes_on_with_a_wrap_up_where_it_was() -> None:
    until = NOON + timedelta(seconds=4)
    floor = Floor(an_agent(8001, Presence(S.WRAP_UP, NOON, R.CALL_ENDED, until, None, 4)))

    await asyncio.sleep(3.9)
    assert floor.state() is S.WRAP_UP
    await asyncio.sleep(0.2)
    assert floor.state() is S.READY


async def test_a_restart_rings_who_was_ready_before() -> None:
    floor = Floor(an_agent(8001, Presence(S.READY, NOON, R.LOGIN, None, None, 4)))

    async with floor.waiting() as place:
        assert await place.agent()


async def test_the_offer_says_why_it_was_this_agent() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(1)

    why = floor.journal.the(OfferMade).why
    assert (why["rule"], why["cause"], why["agent"]) == ("longest_idle", "contact_arrived", "8001")


async def test_a_phone_that_dies_in_every_way_never_keeps_an_agent_reserved() -> None:
    floor = Floor(an_agent(), phones={8001: Phone(error=RuntimeError("a bug"))})
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(200)
        assert floor.state() is not S.RESERVED


async def test_a_callback_keeps_the_place_and_is_the_same_however_often_it_is_told() -> None:
    floor, call = Floor(an_agent()), some_facts(language="en")

    for _ in range(2):
        floor.dispatcher.book_callback(call, "orders", "13800001234", NOON)

    first, second = floor.journal.of(CallbackBooked)
    assert first == second
    assert (first.number, first.place_since, first.language) == ("13800001234", NOON, "en")
