"""Who waits is sent on when the queue says so, and never away from a phone that rings."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from ari_app.domain.acd.overflow import (
    Destination,
    DestinationKind,
    OverflowBy,
    OverflowRule,
    SentOn,
)
from ari_app.domain.facts import EventType, Happened, QueueLeft, VisitResult
from ari_app.domain.hours import Opening, WeeklyHours
from ari_app.domain.staff import QueueConfig
from ari_app.workers.place import QueuePlace
from tests.fakes.clock import LoopClock
from tests.fakes.floor import RING_SECONDS, Floor, a_queue, an_agent
from tests.fakes.telephony import answers, never_answers

SUPPORT = Destination(DestinationKind.QUEUE, "support")
MESSAGE = Destination(DestinationKind.MAILBOX, "hotline")
NOON = 12 * 3600
# It is noon of a Monday when a test begins.
CLOSES_SOON = WeeklyHours((Opening(1, 0, NOON + 60),))
CLOSED = WeeklyHours((Opening(2, 0, NOON),))


class EarlyClock(LoopClock):
    """At a limit it has not come to it yet, as often as it is read before it has."""

    def __init__(self, limit: float, reads: int) -> None:
        super().__init__()
        self._limit = limit
        self._reads = reads

    def monotonic(self) -> float:
        now = super().monotonic()
        if now >= self._limit and self._reads > 0:
            self._reads -= 1
            return self._limit - 1e-4
        return now


def after(seconds: float, to: Destination = MESSAGE) -> OverflowRule:
    return OverflowRule(OverflowBy.WAIT, seconds, to)


async def when_sent_on(place: QueuePlace, within: float = 3600.0) -> tuple[float, SentOn] | None:
    """At what second of the test, and where to."""
    try:
        async with asyncio.timeout(within):
            found = await place.sent_on()
    except TimeoutError:
        return None
    return round(asyncio.get_running_loop().time(), 1), found


async def test_the_limit_of_waiting_sends_on() -> None:
    floor = Floor(queues=(a_queue(overflow=(after(60),)),))

    async with floor.waiting() as place:
        assert await when_sent_on(place) == (60.0, SentOn(MESSAGE, OverflowBy.WAIT, 60.0, 60.0))


@pytest.mark.parametrize(
    "queue",
    [
        a_queue(overflow=(after(60),)),
        a_queue(hours=CLOSES_SOON, closing_to=MESSAGE),
        a_queue(overflow=(after(30, SUPPORT),)),
    ],
    ids=["wait", "closing", "support opens"],
)
@pytest.mark.parametrize("reads", range(12))
async def test_no_limit_slips_through_between_two_looks_at_the_clock(
    queue: QueueConfig, reads: int
) -> None:
    opens = WeeklyHours((Opening(1, NOON + 60, NOON + 600),))
    floor = Floor(an_agent(8002, support=5), queues=(queue, a_queue("support", hours=opens)))
    floor.log_in()
    floor.dispatcher.clock = EarlyClock(60, reads)

    async with floor.waiting() as place:
        found = await when_sent_on(place)

    assert found is not None
    assert found[0] == 60.0


async def test_without_rules_nobody_is_sent_on() -> None:
    floor = Floor(an_agent())

    async with floor.waiting() as place:
        assert await when_sent_on(place) is None


async def test_too_many_for_those_at_work_send_on_who_comes_and_nobody_else() -> None:
    rule = OverflowRule(OverflowBy.RATIO, 2.0, MESSAGE)
    floor = Floor(an_agent(), queues=(a_queue(overflow=(rule,)),), phones={8001: answers(after=1)})
    floor.log_in()

    async with floor.waiting() as talking, floor.waiting() as first:
        await talking.agent()
        waits = asyncio.create_task(first.sent_on())
        await asyncio.sleep(0.01)
        async with floor.waiting() as second:
            found = await when_sent_on(second)
            assert not waits.done()
        waits.cancel()

    assert found is not None
    assert found[1] == SentOn(MESSAGE, OverflowBy.RATIO, 2.0, 2.0)


async def test_a_queue_where_nobody_works_is_passed_over_until_somebody_does() -> None:
    queues = a_queue(overflow=(after(60, SUPPORT),)), a_queue("support")
    floor = Floor(an_agent(8002, support=5), queues=queues)
    asyncio.get_running_loop().call_later(100, floor.log_in)

    async with floor.waiting() as place:
        found = await when_sent_on(place)

    assert found is not None
    assert (found[0], found[1].to) == (100.0, SUPPORT)


async def test_a_queue_that_is_passed_over_is_taken_the_moment_it_opens() -> None:
    opens = WeeklyHours(tuple(Opening(day, 12 * 3600 + 90, 13 * 3600) for day in range(1, 8)))
    queues = a_queue(overflow=(after(60, SUPPORT),)), a_queue("support", hours=opens)
    floor = Floor(an_agent(8002, support=5), queues=queues)
    floor.log_in()

    async with floor.waiting() as place:
        found = await when_sent_on(place)

    assert found is not None
    assert (found[0], found[1].to) == (90.0, SUPPORT)


async def test_who_learns_what_the_passed_over_queue_asks_for_is_somebody_who_came() -> None:
    queues = a_queue(overflow=(after(60, SUPPORT),)), a_queue("support")
    floor = Floor(an_agent(8002, fax=5), queues=queues)
    floor.log_in()
    learned = an_agent(8002, support=5)

    def learn() -> None:
        for seat in floor.roster.load([learned]).retrained:
            floor.dispatcher.retrain(seat)

    asyncio.get_running_loop().call_later(80, learn)
    async with floor.waiting() as place:
        found = await when_sent_on(place)

    assert found is not None
    assert (found[0], found[1].to) == (80.0, SUPPORT)


async def test_a_queue_that_is_closed_is_passed_over() -> None:
    queues = (
        a_queue(overflow=(after(60, SUPPORT), after(60))),
        a_queue("support", hours=CLOSED),
    )
    floor = Floor(an_agent(8002, support=5), queues=queues)
    floor.log_in()

    async with floor.waiting() as place:
        found = await when_sent_on(place)

    assert found is not None
    assert (found[1].to, found[1].passed_over) == (MESSAGE, ("support",))


async def test_a_phone_that_rings_is_waited_for() -> None:
    floor = Floor(
        an_agent(), queues=(a_queue(overflow=(after(60),)),), phones={8001: never_answers()}
    )

    async with floor.waiting() as place:
        asyncio.get_running_loop().call_later(55, floor.log_in)
        found = await when_sent_on(place)

    assert found is not None
    assert found[0] == 55 + RING_SECONDS


async def test_who_is_answered_while_the_limit_passes_is_not_sent_on() -> None:
    floor = Floor(
        an_agent(), queues=(a_queue(overflow=(after(60),)),), phones={8001: answers(after=10)}
    )

    async with floor.waiting() as place:
        asyncio.get_running_loop().call_later(55, floor.log_in)
        assert await when_sent_on(place) is None
        assert (await place.agent()).agent_id == 8001


async def test_at_closing_time_those_who_wait_are_handed_over_if_the_queue_says_so() -> None:
    floor = Floor(queues=(a_queue(hours=CLOSES_SOON, closing_to=MESSAGE),))

    async with floor.waiting() as place:
        assert floor.dispatcher.is_open("orders")
        found = await when_sent_on(place)
        assert found == (60.0, SentOn(MESSAGE))
        assert found[1].how == "closing_time"
        assert not floor.dispatcher.is_open("orders")


async def test_at_closing_time_those_who_wait_are_served_otherwise() -> None:
    floor = Floor(an_agent(), queues=(a_queue(hours=CLOSES_SOON),))

    async with floor.waiting() as place:
        assert await when_sent_on(place, within=600) is None
        floor.log_in()
        assert await place.agent()


async def test_changed_rules_hold_for_who_waits() -> None:
    floor = Floor(queues=(a_queue(),))
    change = [a_queue(overflow=(after(60),))]
    asyncio.get_running_loop().call_later(90, floor.dispatcher.load_queues, change)

    async with floor.waiting() as place:
        found = await when_sent_on(place)

    assert found is not None
    assert found[0] == 90.0


async def test_a_restart_does_not_start_the_waiting_over() -> None:
    floor = Floor(queues=(a_queue(overflow=(after(60),)),))
    async with floor.waiting() as place:
        saved = place.saved()
    await asyncio.sleep(40)

    async with floor.waiting(saved=saved) as again:
        found = await when_sent_on(again)

    assert found is not None
    assert found[0] == 60.0


async def test_the_why_is_in_the_timeline_and_the_visit_flowed_out() -> None:
    floor = Floor(queues=(a_queue(overflow=(after(60),)),))

    async with floor.waiting() as place:
        sent_on = await place.sent_on()
        place.leaving(sent_on.how, sent_on)

    left = floor.journal.the(QueueLeft)
    assert (left.result, left.how) == (VisitResult.FLOWED_OUT, "overflow")
    (event,) = [e for e in floor.journal.of(Happened) if e.type is EventType.LEFT_QUEUE]
    assert event.detail["sent_on"] == {
        "to": {"kind": "mailbox", "name": "hotline"},
        "by": "wait",
        "value": pytest.approx(60.0),
        "limit": 60.0,
        "passed_over": (),
    }


async def test_the_time_waited_goes_along_to_the_other_queue() -> None:
    queues = a_queue(overflow=(after(60, SUPPORT),)), a_queue("support")
    floor = Floor(queues=queues)
    async with floor.waiting() as place:
        await asyncio.sleep(30)
    async with floor.waiting(queue="support") as sooner:
        async with floor.waiting(queue="support", saved={"since": place.saved()["since"]}) as moved:
            assert (moved.position, sooner.position) == (1, 2)
        assert moved.since == sooner.since - timedelta(seconds=30)


async def test_hours_are_meant_in_the_zone_of_the_site() -> None:
    """Noon of a Monday is 20:00 in Shanghai."""
    evening = WeeklyHours((Opening(1, 19 * 3600, 21 * 3600),))
    floor = Floor(queues=(a_queue(hours=evening),), zone=ZoneInfo("Asia/Shanghai"))

    assert floor.dispatcher.is_open("orders")
    assert not Floor(queues=(a_queue(hours=evening),)).dispatcher.is_open("orders")
