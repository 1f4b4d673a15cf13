"""The node type `transfer`: to an extension, to another flow."""

import pytest

from ari_app.domain.attempt import AttemptOutcome, Purpose
from ari_app.domain.errors import NotReached
from ari_app.domain.facts import PlaceKind
from ari_app.domain.flow import Transfer
from ari_app.domain.transfer import Refusal
from ari_app.flows.active import ANOTHER_FLOW
from ari_app.flows.outside_line import OutsideWish
from ari_app.flows.passing_on import pass_caller_on, resume
from tests.fakes.calls import active_call
from tests.fakes.outside import FakeOutsideLine
from tests.fakes.telephony import FakeLeg, FakeLine, FakeRoom

TO_EXTENSION = Transfer(extension="8002", talked="bye", failed="message")
TO_FLOW = Transfer(flow="orders", arguments={"number": "{call.caller}"})


async def test_an_extension_is_rung_and_talked_to() -> None:
    line = FakeLine(agent_after=5, talks_for=60)

    assert await pass_caller_on(active_call(FakeLeg(), line), TO_EXTENSION) == "talked"


@pytest.mark.parametrize(
    "refusal", [Refusal.BUSY, Refusal.NOT_AT_WORK, Refusal.PHONE_LOST, Refusal.UNKNOWN]
)
async def test_an_extension_that_is_not_reached_fails_at_once(refusal: Refusal) -> None:
    line = FakeLine(agent_after=5)
    line.refusal = refusal
    call = active_call(FakeLeg(), line)

    began = call.clock.monotonic()

    assert await pass_caller_on(call, TO_EXTENSION) == "failed"
    assert call.clock.monotonic() == began


async def test_a_talk_with_an_extension_goes_on_after_a_restart() -> None:
    line = FakeLine(agent_after=5)
    call = active_call(FakeLeg(), line)
    leg = call.room.leg("call-a1")
    assert isinstance(leg, FakeLeg)
    leg.vanish_after(30)
    state = {"agent": 8002, "leg": "call-a1", "queue": ""}

    assert await resume(call, TO_EXTENSION, PlaceKind.TALK, state) == "talked"


TO_OUTSIDE = Transfer(number="02112345678", talked="bye", busy="again", failed="message")


@pytest.mark.parametrize(
    ("fails", "exit"),
    [
        (None, "talked"),
        (NotReached(AttemptOutcome.BUSY), "busy"),
        (NotReached(AttemptOutcome.NO_ANSWER), "failed"),
        (NotReached(AttemptOutcome.REFUSED, reason="not_allowed"), "failed"),
    ],
)
async def test_a_number_outside_is_dialled_through_the_gate(
    fails: NotReached | None, exit: str
) -> None:
    call = active_call(leg := FakeLeg(), room=FakeRoom())
    line = call.outside = FakeOutsideLine(fails=fails)

    assert await pass_caller_on(call, TO_OUTSIDE) == exit
    assert line.wishes == [OutsideWish("02112345678", Purpose.TRANSFER, "95001")]
    assert leg.heard == ["zh/please-hold-connecting"]


async def test_what_rang_outside_is_not_dialled_again_after_a_restart() -> None:
    call = active_call(FakeLeg(), room=FakeRoom())
    line = call.outside = FakeOutsideLine()

    assert await resume(call, TO_OUTSIDE, PlaceKind.OUTSIDE, {}) == "failed"
    assert await resume(call, TO_OUTSIDE, PlaceKind.FLOW, {}) == "talked"
    assert len(line.wishes) == 1


async def test_another_flow_takes_over_with_its_arguments() -> None:
    call = active_call(FakeLeg(), caller="13812345678")

    assert await pass_caller_on(call, TO_FLOW) == ANOTHER_FLOW
    assert (call.next_flow, call.look("number")) == ("orders", "13812345678")
