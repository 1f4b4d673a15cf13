"""A caller connected to a number outside, also across a restart."""

import asyncio

import pytest

from ari_app.domain.attempt import AttemptOutcome, Purpose
from ari_app.domain.errors import NotReached
from ari_app.domain.facts import CallPlaced, EndReason, Happened, Outcome, PlaceKind
from ari_app.flows.active import ActiveCall
from ari_app.flows.outside import OutsideEnd, connect_outside, resume_outside
from ari_app.flows.outside_line import OutsideWish
from tests.fakes.calls import active_call, journal_of
from tests.fakes.outside import FakeOutsideLine
from tests.fakes.telephony import FakeLeg, FakeRoom

NUMBER = "02112345678"


def connected(line: FakeOutsideLine) -> ActiveCall:
    call = active_call(FakeLeg(), room=FakeRoom())
    call.outside = line
    return call


async def test_the_caller_hears_music_until_the_other_side_answers() -> None:
    line = FakeOutsideLine(talks_for=60)
    call, caller = connected(line), FakeLeg()
    call.leg = caller
    talk = asyncio.create_task(connect_outside(call, NUMBER, Purpose.TRANSFER))

    await asyncio.sleep(2)
    assert caller.music
    await asyncio.sleep(3)
    assert not caller.music
    assert call.room.exchange.bridges == {f"{call.facts.id}-outside": ("caller", "outside")}
    assert await talk is OutsideEnd.TALKED
    assert call.room.exchange.bridges == {}
    assert line.wishes == [OutsideWish(NUMBER, Purpose.TRANSFER, "95001")]
    assert call.outcome is Outcome.TRANSFERRED_OUT
    assert call.end_reason is EndReason.FLOW_ENDED


@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        (AttemptOutcome.BUSY, OutsideEnd.BUSY),
        (AttemptOutcome.NO_ANSWER, OutsideEnd.NOT_REACHED),
        (AttemptOutcome.FAILED, OutsideEnd.NOT_REACHED),
        (AttemptOutcome.REFUSED, OutsideEnd.NOT_REACHED),
    ],
)
async def test_who_is_not_reached_is_told_apart_and_the_music_ends(
    outcome: AttemptOutcome, end: OutsideEnd
) -> None:
    call = connected(FakeOutsideLine(fails=NotReached(outcome)))

    assert await connect_outside(call, NUMBER, Purpose.OVERFLOW) is end
    assert call.outcome is Outcome.ABANDONED_IN_FLOW
    (event,) = journal_of(call).of(Happened)
    assert event.detail["outcome"] == outcome.value
    assert isinstance(call.leg, FakeLeg)
    assert not call.leg.music


async def test_both_steps_are_saved_with_what_the_caller_of_it_needs() -> None:
    call = connected(FakeOutsideLine())

    await connect_outside(call, NUMBER, Purpose.OVERFLOW, queue="orders")

    ringing, talking = journal_of(call).of(CallPlaced)
    assert ringing.kind is talking.kind is PlaceKind.OUTSIDE
    assert ringing.state["queue"] == talking.state["queue"] == "orders"
    assert "leg" not in ringing.state
    assert talking.state["leg"] == "outside"


async def test_a_number_that_rang_at_a_restart_is_not_dialled_again() -> None:
    line = FakeOutsideLine()

    assert await resume_outside(connected(line), {}) is OutsideEnd.NOT_REACHED
    assert not line.wishes


async def test_a_talk_goes_on_after_a_restart() -> None:
    line = FakeOutsideLine()
    call = connected(line)
    there = call.room.leg("outside-9")
    assert isinstance(there, FakeLeg)
    there.vanish_after(30)
    state = {
        "leg": "outside-9",
        "bridge": f"{call.facts.id}-outside",
        "attempt": "00000000-0000-0000-0000-000000000007",
    }

    assert await resume_outside(call, state) is OutsideEnd.TALKED
    assert line.over == ["outside-9"]
    assert call.outcome is Outcome.TRANSFERRED_OUT


async def test_a_caller_who_leaves_takes_the_other_side_along() -> None:
    line = FakeOutsideLine(talks_for=600)
    talk = asyncio.create_task(connect_outside(connected(line), NUMBER, Purpose.TRANSFER))
    await asyncio.sleep(10)

    talk.cancel()
    await asyncio.wait((talk,))

    assert line.leg.hung_up
    assert line.over == ["outside"]
