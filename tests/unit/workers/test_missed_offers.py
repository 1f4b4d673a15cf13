"""What letting the phone ring out leads to, as the rules of the site say."""

import asyncio
from datetime import timedelta

import pytest

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.missed import MissedRule, MissedRules
from ari_app.domain.staff import Presence
from tests.fakes.clock import NOON
from tests.fakes.floor import RING_SECONDS, Floor, a_queue, an_agent
from tests.fakes.telephony import answers, never_answers, refuses

S, R = AgentState, Reason
RESTS = MissedRules(MissedRule(back_off_seconds=20))


def a_floor(rules: MissedRules) -> Floor:
    floor = Floor(
        an_agent(8001, orders=5, billing=5),
        queues=(a_queue("orders"), a_queue("billing")),
        phones={8001: never_answers()},
    )
    floor.dispatcher.missed_rules = rules
    floor.log_in()
    return floor


async def miss(floor: Floor, queue: str = "orders") -> None:
    async with floor.waiting(queue=queue):
        await asyncio.sleep(RING_SECONDS + 1)


async def test_after_a_missed_offer_the_next_one_waits_for_the_back_off() -> None:
    floor = a_floor(RESTS)
    await miss(floor)
    assert (floor.state(), floor.seat().agent.reason) == (S.READY, R.MISSED)

    async with floor.waiting():
        await asyncio.sleep(18)
        assert len(floor.exchange.rung) == 1
        await asyncio.sleep(2)
        assert len(floor.exchange.rung) == 2


async def test_the_back_off_is_written_with_the_move_and_survives_a_restart() -> None:
    until = NOON + timedelta(seconds=12)
    presence = Presence(S.READY, NOON - timedelta(seconds=8), R.MISSED, until, None, 7)
    floor = Floor(an_agent(presence=presence))

    async with floor.waiting():
        await asyncio.sleep(11)
        assert floor.exchange.rung == []
        await asyncio.sleep(2)
        assert len(floor.exchange.rung) == 1


async def test_nobody_else_waits_for_the_back_off_of_one() -> None:
    floor = Floor(an_agent(8001), an_agent(8002), phones={8001: never_answers()})
    floor.dispatcher.missed_rules = RESTS
    floor.log_in()

    async with floor.waiting() as place:
        assert (await place.agent()).agent_id == 8002

    assert floor.seat(8001).until is not None


async def test_who_pauses_in_the_back_off_is_ready_for_calls_when_back() -> None:
    floor = a_floor(RESTS)
    await miss(floor)
    floor.pause()
    floor.phone(8001, answers())

    floor.roster.ask(floor.seat(), S.READY, R.BACK)

    async with floor.waiting() as place:
        assert (await asyncio.wait_for(place.agent(), 5)).agent_id == 8001


async def test_a_wish_made_while_it_rang_comes_true_without_a_back_off() -> None:
    floor = a_floor(RESTS)
    async with floor.waiting():
        floor.pause()
        await asyncio.sleep(RING_SECONDS + 1)

    assert (floor.state(), floor.seat().until) == (S.PAUSED, None)


async def test_the_pause_comes_at_the_number_that_the_rule_says() -> None:
    floor = a_floor(MissedRules(MissedRule(before_pause=3)))

    states = []
    for _ in range(3):
        await miss(floor)
        states.append(floor.state())

    assert states == [S.READY, S.READY, S.PAUSED]


async def test_a_site_that_pauses_nobody_pauses_nobody() -> None:
    floor = a_floor(MissedRules(MissedRule(is_pausing=False)))

    for _ in range(4):
        await miss(floor)

    assert (floor.state(), floor.seat().missed) == (S.READY, 4)


@pytest.mark.parametrize(("counts_refused", "last"), [(False, S.READY), (True, S.PAUSED)])
async def test_refusing_is_the_same_only_where_the_rule_says_so(
    counts_refused: bool, last: AgentState
) -> None:
    rule = MissedRule(back_off_seconds=20, counts_refused=counts_refused)
    floor = a_floor(MissedRules(rule))
    floor.phone(8001, refuses())

    await miss(floor)
    assert (floor.seat().until is not None) is counts_refused
    await asyncio.sleep(20)
    await miss(floor)

    assert floor.state() is last


async def test_the_queue_whose_offer_was_missed_decides() -> None:
    patient = MissedRule(before_pause=9)
    floor = a_floor(MissedRules(queues={a_queue("billing").id: patient}))

    await miss(floor, "billing")
    await miss(floor, "billing")
    assert floor.state() is S.READY
    await miss(floor, "orders")
    assert floor.state() is S.PAUSED


async def test_a_changed_rule_holds_for_the_offer_that_rings_already() -> None:
    floor = a_floor(MissedRules())

    async with floor.waiting():
        floor.dispatcher.missed_rules = MissedRules(MissedRule(before_pause=1))
        await asyncio.sleep(RING_SECONDS + 1)

    assert floor.state() is S.PAUSED
