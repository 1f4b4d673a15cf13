import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.domain.facts import CallPlaced, EventType, MessageLeft, Outcome
from ari_app.domain.flow import Mailbox
from ari_app.flows.mailbox import leave_message
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg

NODE = Mailbox(mailbox="hotline", next="goodbye")


async def test_a_message_is_kept_and_confirmed() -> None:
    leg = FakeLeg(speaks_for=20)
    call = active_call(leg)

    assert await leave_message(call, NODE) == "next"
    message = journal_of(call).the(MessageLeft)
    assert (message.mailbox, message.seconds, message.caller) == ("hotline", 20, call.facts.caller)
    assert leg.heard == [
        "zh/leave-message-after-tone",
        "zh/beep",
        f"record {message.name}",
        "zh/message-saved",
    ]
    assert call.outcome is Outcome.LEFT_MESSAGE


async def test_a_message_is_kept_when_the_caller_ends_it_by_hanging_up() -> None:
    leg = FakeLeg()
    leg.vanish_after(30)
    call = active_call(leg)

    with pytest.raises(CallerHungUp):
        await leave_message(call, NODE)
    assert journal_of(call).the(MessageLeft).mailbox == "hotline"
    assert call.outcome is Outcome.LEFT_MESSAGE


async def test_whoever_hangs_up_before_the_tone_left_no_message() -> None:
    leg = FakeLeg()
    leg.vanish_after(0.5)
    call = active_call(leg)

    with pytest.raises(CallerHungUp):
        await leave_message(call, NODE)
    assert journal_of(call).of(MessageLeft) == []
    assert call.outcome is Outcome.ABANDONED_IN_FLOW


async def test_a_message_ends_at_its_longest() -> None:
    call = active_call(FakeLeg(speaks_for=500))

    await leave_message(call, NODE)

    assert journal_of(call).the(MessageLeft).seconds == NODE.longest_seconds


async def test_a_message_without_words_is_said_to_be_too_short() -> None:
    leg = FakeLeg(speaks_for=0.4)

    await leave_message(active_call(leg), NODE)

    assert leg.heard[-1] == "zh/message-too-short"


async def test_two_messages_of_one_call_have_two_names() -> None:
    call = active_call(FakeLeg(speaks_for=5))

    await leave_message(call, NODE)
    await leave_message(call, NODE)

    first, second = journal_of(call).of(MessageLeft)
    assert first.name != second.name
    assert first.message_id != second.message_id


async def test_a_restarted_process_knows_which_recording_was_going_on() -> None:
    call = active_call(FakeLeg(speaks_for=5))

    await leave_message(call, NODE)

    placed, message = journal_of(call).the(CallPlaced), journal_of(call).the(MessageLeft)
    assert placed.state["recording"] == message.name
    assert journal_of(call).story() == [EventType.LEFT_MESSAGE]
