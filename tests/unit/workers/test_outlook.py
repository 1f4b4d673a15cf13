"""Callers hear how long it takes, once enough is known, and what they heard is written down."""

import asyncio
from uuid import UUID

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.facts import QueueEntered, WaitEstimated, WaitPromised
from ari_app.domain.speech.waiting import as_spoken
from ari_app.domain.staff import Presence
from ari_app.store.waiting import EndedVisit
from ari_app.workers.outlook import estimate_of
from tests.fakes.calls import some_facts
from tests.fakes.clock import NOON
from tests.fakes.floor import WRAP_UP_SECONDS, Floor, a_queue, an_agent

HANDLED = 60.0


def experienced(floor: Floor, queue: str = "orders", agent: int | None = 8001) -> Floor:
    """It has seen forty waits of a minute, each as expected."""
    told = {"mean": 60.0, "bound": 75.0, "is_sure": True, "views": [60.0, 60.0, 60.0]}
    visit = EndedVisit(queue, 60.0, True, agent, told, HANDLED)
    floor.dispatcher.outlook.learn([visit] * 40)
    return floor


async def test_a_new_hotline_promises_nothing() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    async with floor.waiting(), floor.waiting() as second:
        assert second.promise() is None
    assert floor.journal.of(WaitPromised) == []


async def test_who_waits_is_told_what_four_of_five_waits_keep() -> None:
    floor = experienced(Floor(an_agent()))
    floor.log_in()

    async with floor.waiting() as first, floor.waiting() as second:
        await first.agent()
        expected, said = floor.dispatcher.outlook.expected(second), second.promise()

    assert expected is not None
    assert said == as_spoken(expected.bound)
    promised = floor.journal.the(WaitPromised)
    assert (promised.visit_id, promised.seconds) == (second.visit_id, said)


async def test_what_was_expected_is_written_for_who_has_to_wait_only() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    async with floor.waiting(), floor.waiting() as second:
        pass

    assert len(floor.journal.of(QueueEntered)) == 2
    assert floor.journal.the(WaitEstimated).visit_id == second.visit_id
    assert floor.journal.the(WaitEstimated).estimate.keys() == {"mean", "bound", "is_sure", "views"}


async def test_only_the_first_word_is_what_we_are_judged_by() -> None:
    floor = experienced(Floor(an_agent()))
    floor.log_in()

    async with floor.waiting(), floor.waiting() as second:
        second.promise()
        await asyncio.sleep(10)
        second.promise()

    assert len(floor.journal.of(WaitPromised)) == 1


async def test_another_queue_promises_no_more_than_this_one_did() -> None:
    queues = a_queue("orders"), a_queue("support")
    floor = experienced(Floor(an_agent(orders=5), an_agent(8002, support=5), queues=queues))
    experienced(floor, "support", 8002)
    floor.log_in()
    call = some_facts()

    async with floor.waiting(), floor.waiting(call=call) as place:
        assert place.promise() is not None
    async with floor.waiting(queue="support"), floor.waiting(queue="support"):
        async with floor.waiting(queue="support") as stranger:
            assert stranger.promise() is not None
        async with floor.waiting(queue="support", call=call) as moved:
            assert moved.promise() is None


async def test_who_waits_over_a_restart_hears_no_time_any_more() -> None:
    floor = experienced(Floor(an_agent()))
    floor.log_in()
    async with floor.waiting(), floor.waiting() as place:
        saved = place.saved()

        async with floor.waiting(saved={**saved, "visit": str(UUID(int=7))}) as again:
            assert again.promise() is None


async def test_nothing_is_promised_while_nobody_is_at_work() -> None:
    floor = experienced(Floor(an_agent()))

    async with floor.waiting() as place:
        assert place.promise() is None


async def test_nothing_is_promised_to_who_has_an_agent() -> None:
    floor = experienced(Floor(an_agent()))
    floor.log_in()

    async with floor.waiting() as place:
        await place.agent()
        assert place.promise() is None


async def test_a_talk_that_goes_on_over_a_restart_counts_as_an_agent_at_work() -> None:
    talking = Presence(AgentState.TALKING, NOON, Reason.ACCEPTED, None, None, 7)
    floor = experienced(Floor(an_agent(8001, talking)))

    async with floor.waiting() as place:
        assert place.promise() is not None


async def test_how_long_agents_are_busy_is_learned_from_offer_to_the_end_of_wrap_up() -> None:
    floor = Floor(an_agent())
    floor.log_in()
    for _ in range(3):
        await floor.talk(300)
        await asyncio.sleep(WRAP_UP_SECONDS + 1)

    async with floor.waiting(), floor.waiting() as second:
        expected = floor.dispatcher.outlook.expected(second)

    assert expected is not None
    assert 300 < expected.views[0] < 330


async def test_agents_of_several_queues_count_for_each() -> None:
    queues = a_queue("orders"), a_queue("support")
    floor = experienced(Floor(an_agent(orders=5, support=5), queues=queues))
    experienced(floor, "support")
    floor.log_in()

    async with floor.waiting(), floor.waiting(queue="support") as second:
        assert second.promise() is not None


def test_an_estimate_of_another_version_is_nothing_to_learn_from() -> None:
    assert estimate_of({"mean": "long"}) is None
    assert estimate_of(None) is None
