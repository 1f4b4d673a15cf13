"""A caller who does not want to wait is called back, at the place in line."""

import asyncio
from datetime import timedelta

import pytest

from ari_app.domain.call import LeftPlace
from ari_app.domain.day_part import DayPart
from ari_app.domain.errors import CallerHungUp
from ari_app.domain.facts import Outcome
from ari_app.domain.flow import Callback
from ari_app.flows.active import ActiveCall
from ari_app.flows.callback import book_callback
from tests.fakes.calls import active_call, journal_of
from tests.fakes.clock import NOON
from tests.fakes.outside import FakeOutsideLine
from tests.fakes.telephony import FakeLeg, FakeLine

NODE = Callback(queue="orders", booked="bye", declined="orders")
MOBILE = "13800001234"


def call_of(leg: FakeLeg, line: FakeLine, caller: str = MOBILE) -> ActiveCall:
    """It waits since noon."""
    call = active_call(leg, line, caller=caller)
    call.facts.leave_place("orders", LeftPlace(NOON, NOON + timedelta(seconds=60)))
    return call


async def test_the_number_is_read_back_and_the_place_kept() -> None:
    leg, line = FakeLeg(answers=["1"]), FakeLine(agent_after=60)
    call = call_of(leg, line)

    assert await book_callback(call, NODE) == "booked"
    assert line.callbacks == [("orders", MOBILE, NOON)]
    assert call.outcome is Outcome.CALLBACK_BOOKED
    assert leg.heard[:4] == [
        "zh/we-will-call-back-at", "zh/one-in-number", "zh/three", "zh/eight",
    ]  # fmt: skip
    assert leg.heard[-2:] == ["zh/confirm-callback-number", "zh/callback-booked"]


@pytest.mark.parametrize("key", ["*", "7", ""])
async def test_without_a_yes_nothing_is_booked_and_the_caller_goes_back(key: str) -> None:
    leg, line = FakeLeg(answers=[key]), FakeLine(agent_after=60)

    assert await book_callback(call_of(leg, line), NODE) == "declined"
    assert line.callbacks == []
    assert leg.heard[-1] == "zh/your-place-is-kept"


async def test_another_number_is_keyed_in_and_read_back_too() -> None:
    leg, line = FakeLeg(answers=["2", *"02112345678#", "1"]), FakeLine(agent_after=60)
    call = call_of(leg, line)

    assert await book_callback(call, NODE) == "booked"
    assert line.callbacks == [("orders", "02112345678", NOON)]
    assert journal_of(call).story() == ["key_pressed 2", "key_pressed 1"]  # none of the number


@pytest.mark.parametrize("caller", ["", "110", "95001", "*45"])
async def test_who_has_no_number_that_can_be_called_is_asked_for_one(caller: str) -> None:
    leg, line = FakeLeg(answers=[*"13900005678#", "1"]), FakeLine(agent_after=60)

    assert await book_callback(call_of(leg, line, caller), NODE) == "booked"
    assert line.callbacks == [("orders", "13900005678", NOON)]


@pytest.mark.parametrize(
    ("refused", "booked"),
    [("not_allowed", False), ("international", False), ("closed", True), ("switched_off", True)],
)
async def test_nobody_is_promised_a_call_that_will_never_be_allowed(
    refused: str, *, booked: bool
) -> None:
    leg, line = FakeLeg(answers=["1"]), FakeLine(agent_after=60)
    call = call_of(leg, line)
    call.outside = outside = FakeOutsideLine()
    outside.refuses = refused

    await book_callback(call, NODE)

    assert bool(line.callbacks) is booked
    assert ("zh/not-a-callback-number" in leg.heard) is not booked


async def test_numbers_that_cannot_be_called_are_refused_and_not_for_ever() -> None:
    leg, line = FakeLeg(answers=list("110#110#110#")), FakeLine(agent_after=60)

    assert await book_callback(call_of(leg, line, ""), NODE) == "declined"
    assert leg.heard.count("zh/not-a-callback-number") == 3
    assert line.callbacks == []


async def test_a_number_without_end_is_cut() -> None:
    leg, line = FakeLeg(answers=["1"] * 100), FakeLine(agent_after=60)

    assert await book_callback(call_of(leg, line, ""), NODE) == "declined"
    assert line.callbacks == []


async def test_who_never_waited_is_called_back_in_the_order_of_asking() -> None:
    line = FakeLine(agent_after=60)
    call = active_call(FakeLeg(answers=["1"]), line, caller=MOBILE)
    await asyncio.sleep(7)

    await book_callback(call, NODE)

    assert line.callbacks == [("orders", MOBILE, NOON + timedelta(seconds=7))]


async def test_nothing_is_promised_before_it_is_on_disk() -> None:
    leg = FakeLeg(answers=["1"])
    call = call_of(leg, FakeLine(agent_after=60))
    journal_of(call).seconds = 5.0
    booking = asyncio.create_task(book_callback(call, NODE))

    await asyncio.sleep(4.9)
    assert "zh/callback-booked" not in leg.heard
    assert await booking == "booked"


async def test_a_caller_who_hangs_up_after_yes_has_booked() -> None:
    leg, line = FakeLeg(answers=["1"]), FakeLine(agent_after=60)
    call = call_of(leg, line)
    journal_of(call).seconds = 5.0
    leg.vanish_after(2)

    with pytest.raises(CallerHungUp):
        await book_callback(call, NODE)
    assert len(line.callbacks) == 1


ASKS_WHEN = Callback(queue="orders", asks_when=True, booked="bye", declined="orders")


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("1", None),
        ("2", DayPart.MORNING),
        ("3", DayPart.AFTERNOON),
        ("4", DayPart.EVENING),
        ("9", None),
        ("", None),
    ],
)
async def test_the_caller_says_when(key: str, part: DayPart | None) -> None:
    leg, line = FakeLeg(answers=["1", key]), FakeLine(agent_after=60)

    assert await book_callback(call_of(leg, line), ASKS_WHEN) == "booked"
    assert line.parts_of_day == [part]


async def test_who_hangs_up_before_saying_when_is_called_as_soon_as_possible() -> None:
    leg, line = FakeLeg(answers=["1"]), FakeLine(agent_after=60)
    leg.vanish_after(1)

    with pytest.raises(CallerHungUp):
        await book_callback(call_of(leg, line), ASKS_WHEN)
    assert (len(line.callbacks), line.parts_of_day) == (1, [None])
