"""Calls that would rather have one agent than any other, in a whole floor."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from ari_app.domain.acd.past import KeptBy, KeptPlace, OwnAgents, Past, Talk
from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.facts import OfferMade, QueueEntered
from tests.fakes.calls import some_facts
from tests.fakes.clock import NOON
from tests.fakes.floor import Floor, a_queue, an_agent
from tests.fakes.telephony import never_answers, refuses

PATIENT = a_queue(own_agents=OwnAgents(named=40, preferred=30, last=20))
LAST = Past(last=Talk(8001, NOON - timedelta(minutes=5)))


def a_floor(**phones: Any) -> Floor:
    return Floor(an_agent(8001), an_agent(8002), queues=(PATIENT,), **phones)


async def test_who_spoke_with_the_caller_last_comes_before_who_is_idle_longer() -> None:
    floor = a_floor()
    floor.log_in(8002)
    await asyncio.sleep(5)
    floor.log_in(8001)

    async with floor.waiting(past=LAST) as place:
        assert (await place.agent()).agent_id == 8001
    why = floor.journal.the(OfferMade).why
    assert (why["rule"], why["wish"]) == ("own_agent", "last")


@pytest.mark.parametrize(
    ("known", "seconds"),
    [
        ({"named_agent": 8001}, 40),
        ({"past": Past(preferred=8001)}, 30),
        ({"past": LAST}, 20),
    ],
)
async def test_for_the_own_agent_a_caller_waits_as_long_as_the_queue_says(
    known: dict[str, Any], seconds: float
) -> None:
    floor = a_floor()
    floor.log_in(8001)
    talk = asyncio.create_task(floor.talk(600))
    await asyncio.sleep(5)
    floor.log_in(8002)

    async with floor.waiting(**known) as place:
        await asyncio.sleep(seconds - 0.1)
        assert floor.state(8002) is AgentState.READY
        assert (await place.agent()).agent_id == 8002
    talk.cancel()
    await asyncio.wait((talk,))


async def test_nobody_waits_for_an_agent_who_is_not_at_work_or_does_not_exist() -> None:
    floor = a_floor()
    floor.log_in(8002)

    async with floor.waiting(past=Past(preferred=8001, last=Talk(9999, NOON))) as place:
        assert (await place.agent()).agent_id == 8002
    (skipped,) = floor.journal.the(OfferMade).why["skipped"]
    assert skipped == {"id": "8001", "reason": "wish_away"}


async def test_an_own_agent_who_does_not_answer_is_not_waited_for() -> None:
    floor = a_floor(phones={8001: never_answers()})
    floor.log_in()

    async with floor.waiting(past=Past(preferred=8001)) as place:
        assert (await place.agent()).agent_id == 8002


async def test_a_restarted_process_waits_no_longer_for_the_own_agent_than_was_left() -> None:
    floor = a_floor()
    floor.log_in(8001)
    talk = asyncio.create_task(floor.talk(600))
    await asyncio.sleep(25)
    floor.log_in(8002)
    began = {"entered": (floor.clock.now() - timedelta(seconds=25)).isoformat()}

    async with floor.waiting(past=Past(preferred=8001), saved=began) as place:
        await asyncio.sleep(4.9)
        assert floor.state(8002) is AgentState.READY
        assert (await place.agent()).agent_id == 8002
    talk.cancel()
    await asyncio.wait((talk,))


async def test_who_refused_a_caller_is_not_rung_for_the_same_one_in_another_queue() -> None:
    support = a_queue("support", requires={})
    floor = Floor(
        an_agent(8001), an_agent(8002), queues=(PATIENT, support), phones={8001: refuses()}
    )
    floor.log_in(8001)
    call = some_facts()
    async with floor.waiting(call=call):
        await asyncio.sleep(5)
    floor.log_in(8002)

    async with floor.waiting(call=call, queue="support") as place:
        assert (await place.agent()).agent_id == 8002


async def test_who_was_cut_off_from_an_agent_has_the_same_one_if_free_and_else_the_place() -> None:
    floor = a_floor()
    since = floor.clock.now() - timedelta(minutes=9)
    saved = KeptPlace(since, KeptBy.TALK_CUT_OFF, 8001).saved_as()
    floor.log_in(8002)
    await asyncio.sleep(1)
    floor.log_in(8001)

    async with floor.waiting(saved=saved) as place:
        assert (await place.agent()).agent_id == 8001
        assert place.saved()["cut_off_from"] == "8001"
    entered = floor.journal.the(QueueEntered)
    assert (entered.place_since, entered.kept_by) == (since, "talk_cut_off")
    assert floor.journal.the(OfferMade).why["wish"] == "cut_off"


async def test_calls_are_shared_out_evenly_across_a_pause() -> None:
    floor = Floor(an_agent(8001), an_agent(8002), queues=(a_queue(rule="fewest_calls"),))
    floor.log_in(8001)
    await floor.talk(1)
    await asyncio.sleep(60)
    floor.log_in(8002)
    floor.pause(8001)
    floor.roster.ask(floor.seat(8001), AgentState.READY, Reason.BACK)

    async with floor.waiting() as place:
        assert (await place.agent()).agent_id == 8002
