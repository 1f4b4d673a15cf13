"""One stay in a queue: each offer and each visit ends exactly once, and is written down so."""

import asyncio
from dataclasses import replace

import pytest

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import Unavailable
from ari_app.domain.facts import (
    LegAnswered,
    LegEnded,
    LegStarted,
    OfferEnded,
    OfferMade,
    OfferResult,
    QueueEntered,
    QueueLeft,
    VisitResult,
)
from ari_app.workers.after_offer import failure
from ari_app.workers.auto_answer import HEADERS
from tests.fakes.calls import some_facts
from tests.fakes.floor import RING_SECONDS, Floor, a_queue, an_agent
from tests.fakes.telephony import (
    Exchange,
    FakeLeg,
    FakeRoom,
    Phone,
    answers,
    asterisk_is_away,
    dies_while_ringing,
    is_not_registered,
    never_answers,
    refuses,
)


def results(floor: Floor) -> list[OfferResult]:
    return [offer.result for offer in floor.journal.of(OfferEnded)]


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        (17, OfferResult.REFUSED),
        (21, OfferResult.REFUSED),
        (20, OfferResult.FAILED),
        (27, OfferResult.FAILED),
        (19, OfferResult.TIMED_OUT),
        (16, OfferResult.TIMED_OUT),
        (None, OfferResult.TIMED_OUT),
    ],
)
def test_the_cause_tells_a_refusal_a_dead_phone_and_nobody_there_apart(
    cause: int | None, result: OfferResult
) -> None:
    assert failure(cause) is result


async def test_an_answered_offer_is_written_from_ring_to_end() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    await floor.talk(60)

    journal = floor.journal
    assert results(floor) == [OfferResult.ACCEPTED]
    assert journal.the(QueueLeft).result is VisitResult.ANSWERED
    assert journal.the(QueueLeft).agent_id == 8001
    leg = journal.the(LegStarted).leg_id
    assert journal.the(LegAnswered).leg_id == journal.the(LegEnded).leg_id == leg
    assert journal.the(OfferMade).visit_id == journal.the(QueueEntered).visit_id
    assert journal.story() == ["offered 8001", "left_queue answered"]


async def test_what_is_told_of_the_agent_is_written_in_one_breath_with_the_answer() -> None:
    floor = Floor(an_agent())
    floor.log_in()
    told: list[list[object]] = []

    async with floor.waiting() as place:
        place.when_reached(lambda reached: told.append([reached, *floor.journal.of(OfferEnded)]))
        before = floor.journal.of(OfferEnded)
        reached = await place.agent()

    assert before == []
    ((told_of, accepted),) = told
    assert told_of is reached
    assert isinstance(accepted, OfferEnded)
    assert accepted.result is OfferResult.ACCEPTED


async def test_the_offer_is_durable_before_the_phone_rings() -> None:
    floor = Floor(an_agent())
    floor.journal.seconds = 5
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(4)
        assert floor.journal.of(OfferMade)
        assert floor.exchange.rung == []
        await asyncio.sleep(2)
        assert floor.exchange.rung


@pytest.mark.parametrize("is_auto_answering", [True, False])
async def test_only_the_phone_of_an_auto_answering_agent_is_asked_to_answer_by_itself(
    is_auto_answering: bool,
) -> None:
    floor = Floor(replace(an_agent(), is_auto_answering=is_auto_answering))
    floor.log_in()

    await floor.talk(1)

    (variables,) = floor.exchange.variables
    asked = {name: value for name, value in variables.items() if not name.startswith("CC_")}
    assert asked == (HEADERS if is_auto_answering else {})
    assert variables["CC_AGENT"] == "8001"


async def test_each_phone_that_is_rung_is_a_leg_with_its_own_number() -> None:
    first, second = an_agent(8001), an_agent(8002)
    floor = Floor(first, second, phones={8001: refuses(), 8002: answers()})
    floor.log_in()

    await floor.talk()

    call_id = floor.journal.of(LegStarted)[0].call_id
    assert [leg.leg_id for leg in floor.journal.of(LegStarted)] == [
        f"{call_id}-a1",
        f"{call_id}-a2",
    ]
    assert {leg.leg_id for leg in floor.journal.of(LegEnded)} == {
        leg.leg_id for leg in floor.journal.of(LegStarted)
    }


@pytest.mark.parametrize(
    ("phone", "result", "told"),
    [
        (refuses(), OfferResult.REFUSED, "offer_refused 8001"),
        (never_answers(), OfferResult.TIMED_OUT, "offer_timed_out 8001"),
        (dies_while_ringing(), OfferResult.FAILED, None),
        (is_not_registered(), OfferResult.FAILED, None),
        (asterisk_is_away(), OfferResult.RESCINDED, None),
    ],
)
async def test_an_offer_in_vain_leaves_the_call_waiting(
    phone: Phone, result: OfferResult, told: str | None
) -> None:
    floor = Floor(an_agent(), phones={8001: phone})
    floor.log_in()

    async with floor.waiting() as place:
        await asyncio.sleep(RING_SECONDS + 1)
        assert results(floor) == [result]
        assert place.position == 1
        assert floor.dispatcher.matcher.waiting("orders") == 1
        assert floor.journal.story() == ["offered 8001", *([told] if told else [])]
    assert floor.journal.the(LegEnded).leg_id == floor.journal.the(LegStarted).leg_id


async def test_a_caller_who_hangs_up_while_it_rings_takes_the_offer_back() -> None:
    floor = Floor(an_agent(), phones={8001: never_answers()})
    floor.log_in()
    leg = FakeLeg()

    async with floor.waiting(leg):
        await asyncio.sleep(5)
        leg.vanish()

    assert results(floor) == [OfferResult.RESCINDED]
    assert floor.journal.the(QueueLeft).result is VisitResult.ABANDONED
    assert floor.journal.the(LegEnded).leg_id == floor.journal.the(LegStarted).leg_id
    assert floor.exchange.in_use == {}
    assert floor.state() is AgentState.READY


async def test_an_offer_whose_call_leaves_at_once_is_over_without_a_ring() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    async with floor.waiting():
        pass

    assert results(floor) == [OfferResult.RESCINDED]
    assert floor.journal.the(LegEnded).leg_id == floor.journal.the(LegStarted).leg_id
    assert floor.exchange.rung == []
    assert floor.state() is AgentState.READY


async def test_an_agent_who_hangs_up_is_rung_again_before_the_flow_has_noticed() -> None:
    floor = Floor(replace(an_agent(), wrap_up_seconds=0))
    floor.log_in()

    async with floor.waiting() as place:
        await place.agent()
        async with floor.waiting():
            floor.on_phone(8001).vanish()
            await asyncio.sleep(0.01)

            assert len(floor.exchange.rung) == 2
            assert floor.journal.of(LegEnded) == []


@pytest.mark.parametrize("cause", [44, None])
async def test_a_leg_that_ended_otherwise_is_judged_by_the_flow(cause: int | None) -> None:
    floor = Floor(an_agent())
    floor.log_in()

    async with floor.waiting() as place:
        await place.agent()
        floor.on_phone(8001).vanish(cause)
        await asyncio.sleep(0.01)
        assert floor.state() is AgentState.TALKING
        place.agent_lost()

    assert floor.state() is AgentState.PHONE_LOST


async def test_who_leaves_after_a_talk_waits_for_the_offer_it_led_to() -> None:
    floor = Floor(replace(an_agent(), wrap_up_seconds=0))
    floor.log_in()
    rung: list[int] = []

    async with floor.waiting() as later:
        await later.agent()
        async with floor.waiting():
            floor.on_phone(8001).vanish()
            floor.journal.seconds = 0.05
            await later.leave()
            await floor.dispatcher.rush.over()
            rung.append(len(floor.exchange.rung))

    assert rung == [2]


async def test_leaving_the_line_otherwise_says_how() -> None:
    floor = Floor(an_agent())

    async with floor.waiting() as place:
        place.leaving("timeout")

    left = floor.journal.the(QueueLeft)
    assert (left.result, left.how) == (VisitResult.FLOWED_OUT, "timeout")


async def test_a_caller_who_hung_up_abandoned_whatever_else_was_going_on() -> None:
    floor, leg = Floor(an_agent()), FakeLeg()

    async with floor.waiting(leg) as place:
        place.leaving("timeout")
        leg.vanish()

    left = floor.journal.the(QueueLeft)
    assert (left.result, left.how) == (VisitResult.ABANDONED, "hung_up")


async def test_an_agent_who_answered_is_hung_up_although_the_flow_never_noticed() -> None:
    floor = Floor(an_agent(), phones={8001: answers(after=2)})
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(2.5)
        agent = floor.on_phone(8001)

    assert agent.hung_up
    assert floor.exchange.in_use == {}
    assert floor.state() is AgentState.WRAP_UP


async def test_the_phone_is_free_before_wrap_up_begins() -> None:
    floor = Floor(an_agent())
    floor.log_in()
    moved: list[bool] = []
    floor.roster.watch(
        lambda seat: (
            moved.append(bool(floor.exchange.in_use)) if seat.state is AgentState.WRAP_UP else None
        )
    )

    await floor.talk()

    assert moved == [False]


async def test_a_phone_that_does_not_end_its_leg_delays_wrap_up_by_a_second_at_most() -> None:
    class Deaf(FakeLeg):
        async def hang_up(self) -> None:
            self.hung_up = True

    floor = Floor(an_agent())
    floor.log_in()
    async with floor.waiting() as place:
        reached = await place.agent()
        reached.leg.__class__ = Deaf
        before = floor.clock.monotonic()

    assert floor.clock.monotonic() - before == pytest.approx(1.0)
    assert floor.state() is AgentState.WRAP_UP


async def test_a_fault_of_ours_is_logged_and_not_the_agents(
    caplog: pytest.LogCaptureFixture,
) -> None:
    floor = Floor(an_agent(), phones={8001: Phone(error=ZeroDivisionError("a bug"))})
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(5)
        assert floor.state() is AgentState.READY
        assert results(floor) == [OfferResult.RESCINDED]
    assert "offer failed" in caplog.text


async def test_an_offer_that_cannot_be_written_does_not_ring() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    floor.journal.broken, floor.journal.breaks_on = Unavailable("the journal is full"), (OfferMade,)
    async with floor.waiting():
        await asyncio.sleep(1)
        floor.journal.broken = None

    assert floor.exchange.rung == []
    assert floor.state() is AgentState.READY


async def test_an_offer_that_fails_in_the_moment_of_leaving_leads_to_no_other() -> None:
    floor = Floor(an_agent(8001), an_agent(8002), phones={8001: refuses(after=5)})
    floor.log_in()

    async with floor.waiting():
        await asyncio.sleep(5)

    assert len(floor.journal.of(OfferMade)) == len(floor.journal.of(OfferEnded))
    assert len(floor.journal.of(QueueLeft)) == 1
    assert {floor.state(8001), floor.state(8002)} <= {AgentState.READY}


async def test_the_visit_says_what_the_call_needs_of_an_agent() -> None:
    floor = Floor(queues=(a_queue(requires={"orders": 3, "english": 2}),))

    async with floor.waiting(language="en"):
        pass

    assert floor.journal.the(QueueEntered).needs == {"orders": 3, "english": 2}


async def test_the_place_in_line_counts_those_before() -> None:
    floor = Floor(an_agent())

    async with floor.waiting() as first, floor.waiting() as second:
        assert (first.position, second.position) == (1, 2)


async def test_the_phone_is_told_whose_call_it_is() -> None:
    call = some_facts()
    floor = Floor(an_agent())
    floor.log_in()

    async with floor.dispatcher.place(call, FakeLeg(), floor.exchange.open_room(), "orders"):
        await asyncio.sleep(1)

    assert floor.exchange.rung == [("PJSIP/phone-8001", f"{call.id}-a1")]


async def test_a_caller_who_was_cut_off_with_asterisk_did_not_abandon() -> None:
    floor, leg = Floor(an_agent()), FakeLeg()
    room = FakeRoom(Exchange(legs={"caller": leg}))

    async with floor.waiting(leg):
        lost_at = floor.clock.now()
        await asyncio.sleep(20)
        room.lost(lost_at)

    left = floor.journal.the(QueueLeft)
    assert (left.result, left.how, left.at) == (VisitResult.FLOWED_OUT, "pbx_restart", lost_at)
