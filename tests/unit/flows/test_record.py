"""An order spoken part by part: listened to, recorded again, and never lost."""

import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.domain.facts import CallPlaced, MessageLeft, Outcome
from ari_app.domain.flow import Names, Part, Record
from ari_app.flows.active import ActiveCall
from ari_app.flows.record import resume, take_record
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg

NODE = Record(
    record="order",
    mailbox="hotline",
    parts=(
        Part(name="who", prompts=("record-your-name",)),
        Part(name="what", prompts=("record-your-order",), longest_seconds=30),
    ),
    recorded="goodbye",
    given_up="menu",
)


def parts_in(call: ActiveCall) -> list[str | None]:
    return [one.part for one in journal_of(call).of(MessageLeft)]


async def test_every_part_has_its_recording_and_all_of_them_one_record() -> None:
    leg = FakeLeg(answers=["1", "1"], speaks_for=20)
    call = active_call(leg)

    assert await take_record(call, NODE) == "recorded"

    who, what = journal_of(call).of(MessageLeft)
    assert (who.part, what.part) == ("who", "what")
    assert who.record_id == what.record_id is not None
    assert {who.record, what.record, who.mailbox} == {"order", "hotline"}
    assert who.name != what.name
    assert leg.heard == [
        "zh/record-intro",
        "zh/record-your-name", "zh/beep", f"record {who.name}",
        f"zh/recording:{who.name}", "zh/keep-or-again",
        "zh/record-your-order", "zh/beep", f"record {what.name}",
        f"zh/recording:{what.name}", "zh/keep-or-again",
        "zh/record-saved",
    ]  # fmt: skip
    assert call.outcome is Outcome.LEFT_MESSAGE


async def test_it_is_heard_again_recorded_again_and_what_was_not_wanted_is_thrown_away() -> None:
    leg = FakeLeg(answers=["3", "2", "1", "1"], speaks_for=5)
    call = active_call(leg)

    assert await take_record(call, NODE) == "recorded"

    who, _ = journal_of(call).of(MessageLeft)
    first = leg.heard[3].removeprefix("record ")
    assert leg.heard.count(f"zh/recording:{first}") == 2
    assert f"forget {first}" in leg.heard
    assert who.name != first


async def test_the_last_take_is_kept_without_a_question() -> None:
    call = active_call(FakeLeg(answers=["2", "2", "1"], speaks_for=5))

    assert await take_record(call, NODE) == "recorded"
    assert parts_in(call) == ["who", "what"]


async def test_the_key_that_ends_a_part_is_no_answer_to_whether_it_is_kept() -> None:
    leg = FakeLeg(answers=["#", "2", "#", "1", "#", "1"], speaks_for=5)
    call = active_call(leg)

    assert await take_record(call, NODE) == "recorded"

    assert parts_in(call) == ["who", "what"]
    assert sum(heard.startswith("record ") for heard in leg.heard) == 3


async def test_silence_keeps_what_was_said() -> None:
    call = active_call(FakeLeg(speaks_for=5))

    assert await take_record(call, NODE) == "recorded"
    assert parts_in(call) == ["who", "what"]


async def test_who_says_nothing_gives_up() -> None:
    leg = FakeLeg(speaks_for=0.4)
    call = active_call(leg)

    assert await take_record(call, NODE) == "given_up"
    assert parts_in(call) == []
    assert leg.heard.count("zh/message-too-short") == 3


@pytest.mark.parametrize("seconds", [5.0, 23.5])  # in mid-speech, and while listening
async def test_who_hangs_up_has_said_what_was_said(seconds: float) -> None:
    leg = FakeLeg(speaks_for=20)
    leg.vanish_after(seconds)
    call = active_call(leg)

    with pytest.raises(CallerHungUp):
        await take_record(call, NODE)
    assert parts_in(call) == ["who"]
    assert call.outcome is Outcome.LEFT_MESSAGE


async def test_who_hangs_up_before_the_tone_left_nothing() -> None:
    leg = FakeLeg()
    leg.vanish_after(1.5)
    call = active_call(leg)

    with pytest.raises(CallerHungUp):
        await take_record(call, NODE)
    assert parts_in(call) == []
    assert call.outcome is Outcome.ABANDONED_IN_FLOW


async def test_after_a_restart_the_same_record_goes_on_with_the_part_that_was_open() -> None:
    leg = FakeLeg(answers=["1"], speaks_for=5)
    before = active_call(leg)
    leg.vanish_after(14)
    with pytest.raises(CallerHungUp):
        await take_record(before, NODE)
    placed = journal_of(before).of(CallPlaced)[-1]
    who, *_ = journal_of(before).of(MessageLeft)

    after = active_call(FakeLeg(speaks_for=5))
    assert await resume(after, NODE, placed.kind, placed.state) == "recorded"

    assert parts_in(after) == ["what"]
    assert journal_of(after).the(MessageLeft).record_id == who.record_id


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ((), "parts is empty"),
        ((Part(name="who", prompts=("x",), longest_seconds=1),), "nothing could be said in 1 s"),
        ((Part(name="who", prompts=("x",)),) * 2, "'who' is there 2 times"),
        ((Part(name="a b", prompts=("x",)),), "'a b' is no name"),
    ],
)
def test_parts_that_cannot_be_recorded_are_found(parts: tuple[Part, ...], fault: str) -> None:
    node = Record(record="order", mailbox="hotline", parts=parts, recorded="a", given_up="b")

    found = [one.what for one in node.faults(Names((), (), ()))]

    assert any(fault in what for what in found), found
