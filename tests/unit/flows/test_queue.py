import asyncio

import msgspec
import pytest

from ari_app.domain.acd.overflow import Destination, DestinationKind, SentOn
from ari_app.domain.acd.past import KeptBy, KeptPlace
from ari_app.domain.attempt import AttemptOutcome
from ari_app.domain.errors import NotReached
from ari_app.domain.facts import CallPlaced, MessageLeft, Outcome, PlaceKind
from ari_app.domain.flow import Queue, WayKind, WayOut
from ari_app.flows.active import ActiveCall
from ari_app.flows.queue import resume, wait_and_talk
from ari_app.ports import QueueLimits
from tests.fakes.calls import active_call, journal_of
from tests.fakes.clock import NOON
from tests.fakes.outside import FakeOutsideLine
from tests.fakes.telephony import OUT_OF_ORDER, FakeLeg, FakeLine, FakeRoom, overflow_to

NODE = Queue(
    queue="orders",
    keys={"*": "message", "#": "menu", "2": "support"},
    talked="bye",
    timeout="message",
    nobody="message",
)
MESSAGE = Destination(DestinationKind.MAILBOX, "hotline")
WAYS = {
    "*": WayOut(WayKind.MAILBOX),
    "#": WayOut(WayKind.MENU),
    "2": WayOut(WayKind.OTHER_QUEUE, "support"),
}


async def test_the_caller_waits_talks_and_goes_on() -> None:
    line = FakeLine(agent_after=10, talks_for=300)
    call = active_call(FakeLeg(), line)

    assert await wait_and_talk(call, NODE) == "talked"
    assert call.outcome is Outcome.TALKED
    assert journal_of(call).story() == ["queued", "announced", "joined 8001"]
    assert line.waiting == 0


async def test_the_agent_is_free_before_the_bridge_is_taken_down() -> None:
    line, room = FakeLine(agent_after=10, talks_for=300), FakeRoom()
    line.on_leave = lambda: bridges.append(len(room.exchange.bridges))
    bridges: list[int] = []

    await wait_and_talk(active_call(FakeLeg(), line, room=room), NODE)

    assert bridges == [1]
    assert room.exchange.bridges == {}


async def test_a_long_talk_is_not_cut_off_by_the_limit_of_the_waiting() -> None:
    line = FakeLine(agent_after=10, talks_for=7200)
    call = active_call(FakeLeg(), line)

    assert await wait_and_talk(call, NODE) == "talked"
    assert call.clock.monotonic() >= 7200


async def test_nobody_waits_when_nobody_is_at_work() -> None:
    line = FakeLine(agent_after=10, anybody=False)

    assert await wait_and_talk(active_call(FakeLeg(), line), NODE) == "nobody"
    assert line.left == ["nobody"]


async def test_patience_ends() -> None:
    line = FakeLine(agent_after=1e6)
    call = active_call(FakeLeg(), line)

    assert await wait_and_talk(call, NODE) == "timeout"
    assert (line.left, line.waiting) == (["timeout"], 0)
    assert call.outcome is Outcome.ABANDONED


async def test_a_key_leads_out_of_the_line() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=60)
    leg.press_after(20, "*")

    call = active_call(leg, line)
    call.ways_out = WAYS

    assert await wait_and_talk(call, NODE) == "*"
    assert line.left == ["mailbox"]


@pytest.mark.parametrize(("away", "restored"), [(299, True), (301, False)])
async def test_who_comes_back_to_the_line_in_time_has_the_old_place(
    away: float, restored: bool
) -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=60, talks_for=30)
    leg.press_after(20, "#")
    call = active_call(leg, line)
    call.ways_out = WAYS
    await wait_and_talk(call, NODE)
    await asyncio.sleep(away)

    await wait_and_talk(call, NODE)

    assert line.restored == [None, {"since": NOON.isoformat()} if restored else None]
    assert journal_of(call).story().count("queued") == 2


@pytest.mark.parametrize(
    ("by", "agent", "says"),
    [
        (KeptBy.CUT_OFF, None, "welcome-back-keep-place"),
        (KeptBy.TALK_CUT_OFF, 8001, "call-interrupted-requeue"),
    ],
)
async def test_who_was_cut_off_and_calls_again_is_told_so_and_has_the_old_place(
    by: KeptBy, agent: int | None, says: str
) -> None:
    line, leg = FakeLine(agent_after=10, talks_for=300), FakeLeg()
    line.kept["orders"] = KeptPlace(NOON, by, agent)

    await wait_and_talk(active_call(leg, line), NODE)

    assert line.restored == [line.kept["orders"].saved_as()]
    assert leg.heard[:2] == [f"zh/{says}", "zh/please-hold-connecting"]


async def test_a_way_to_another_queue_takes_the_place_along() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=60, talks_for=30)
    leg.press_after(20, "2")
    call = active_call(leg, line)
    call.ways_out = WAYS
    await wait_and_talk(call, NODE)

    await wait_and_talk(call, msgspec.structs.replace(NODE, queue="support"))

    assert line.left[0] == "other_queue"
    assert line.restored == [None, {"since": NOON.isoformat()}]


async def test_another_queue_that_was_chosen_in_the_menu_is_another_wait() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=60, talks_for=30)
    leg.press_after(20, "#")
    call = active_call(leg, line)
    call.ways_out = WAYS
    await wait_and_talk(call, NODE)

    await wait_and_talk(call, msgspec.structs.replace(NODE, queue="support"))

    assert line.restored == [None, None]


async def test_who_found_nobody_at_work_has_no_place_to_come_back_to() -> None:
    line = FakeLine(agent_after=60, anybody=False)
    call = active_call(FakeLeg(), line)
    await wait_and_talk(call, NODE)

    await wait_and_talk(call, NODE)

    assert line.restored == [None, None]


async def test_a_queue_that_overflows_into_another_passes_the_time_on() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=30, talks_for=60)
    line.sends_on = [(20, overflow_to("queue", "support"))]
    call = active_call(leg, line)

    assert await wait_and_talk(call, NODE) == "talked"
    assert line.left == ["overflow"]
    assert line.restored == [None, {"since": NOON.isoformat()}]
    assert line.queues == ["orders", "support"]
    assert "zh/passing-you-on" in leg.heard


async def test_the_other_queue_has_limits_of_its_own() -> None:
    line = FakeLine(agent_after=1e6)
    line.sends_on = [(20, overflow_to("queue", "support"))]
    line.patiences["support"] = QueueLimits(max_wait=7, first_word_after=3, announce_every=0)
    call = active_call(FakeLeg(), line)

    assert await wait_and_talk(call, NODE) == "timeout"
    assert call.clock.monotonic() == 20 + 1 + 7  # the sentence in between takes a second


async def test_an_overflow_into_a_mailbox_takes_a_message() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=60)
    line.sends_on = [(20, overflow_to("mailbox", "hotline"))]
    call = active_call(leg, line)

    assert await wait_and_talk(call, NODE) == "served"
    assert call.outcome is Outcome.LEFT_MESSAGE
    assert journal_of(call).the(MessageLeft).mailbox == "hotline"


async def test_a_restart_during_such_a_message_takes_it_again_and_nobody_waits() -> None:
    line = FakeLine(agent_after=60)
    call = active_call(FakeLeg(), line)
    state = {"mailbox": "hotline", "recording": "x"}

    assert await resume(call, NODE, PlaceKind.MAILBOX, state) == "served"
    assert line.restored == []


async def test_an_overflow_into_a_flow_leaves_this_one() -> None:
    line = FakeLine(agent_after=60)
    line.sends_on = [(20, overflow_to("flow", "night"))]
    call = active_call(FakeLeg(), line)

    assert await wait_and_talk(call, NODE) == "another_flow"
    assert call.next_flow == "night"


async def test_an_overflow_to_a_number_connects_the_caller_with_it() -> None:
    line = FakeLine(agent_after=60)
    line.sends_on = [(20, overflow_to("number", "02112345678"))]
    call = active_call(FakeLeg(), line)
    call.outside = outside = FakeOutsideLine()

    assert await wait_and_talk(call, NODE) == "talked"
    assert [wish.number for wish in outside.wishes] == ["02112345678"]
    assert line.left == ["overflow"]
    assert call.outcome is Outcome.TRANSFERRED_OUT


@pytest.mark.parametrize(
    ("sent_on", "exit"),
    [
        (overflow_to("number", "02112345678"), "timeout"),
        (SentOn(Destination(DestinationKind.NUMBER, "02112345678")), "closed"),
    ],
)
async def test_a_number_that_is_not_reached_leaves_it_to_the_flow(
    sent_on: SentOn, exit: str
) -> None:
    line = FakeLine(agent_after=60)
    line.sends_on = [(20, sent_on)]
    call = active_call(FakeLeg(), line)
    call.outside = FakeOutsideLine(fails=NotReached(AttemptOutcome.NO_ANSWER))

    assert await wait_and_talk(call, NODE) == exit


async def test_a_restart_while_such_a_number_rings_dials_nothing_again() -> None:
    line = FakeLine(agent_after=60)
    call = active_call(FakeLeg(), line)
    call.outside = outside = FakeOutsideLine()

    assert await resume(call, NODE, PlaceKind.OUTSIDE, {"otherwise": "timeout"}) == "timeout"
    assert outside.wishes == []
    assert line.restored == []


async def test_closing_time_hands_those_over_who_wait() -> None:
    line = FakeLine(agent_after=60)
    line.sends_on = [(20, SentOn(MESSAGE))]

    assert await wait_and_talk(active_call(FakeLeg(), line), NODE) == "served"
    assert line.left == ["closing_time"]


async def test_an_agent_who_answers_as_the_queue_overflows_wins() -> None:
    line = FakeLine(agent_after=20, talks_for=60)
    line.sends_on = [(20, overflow_to("mailbox", "hotline"))]

    assert await wait_and_talk(active_call(FakeLeg(), line), NODE) == "talked"


async def test_who_calls_a_closed_queue_is_told_so_and_takes_its_own_branch() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=60)
    line.closed = {"orders"}
    call = active_call(leg, line)

    assert await wait_and_talk(call, NODE) == "closed"
    assert leg.heard == ["zh/closed-hours"]
    assert line.queues == []  # never in the line, so no phone rings
    assert call.outcome is Outcome.ABANDONED_IN_FLOW
    assert NODE.exits()["closed"] == NODE.nobody


async def test_the_talk_is_saved_as_soon_as_there_is_an_agent() -> None:
    call = active_call(FakeLeg(), FakeLine(agent_after=20, talks_for=5))

    await wait_and_talk(call, NODE)

    waiting, talking = journal_of(call).of(CallPlaced)
    assert (waiting.kind, talking.kind) == (PlaceKind.QUEUE, PlaceKind.TALK)
    assert (talking.state["agent"], talking.state["queue"]) == (8001, NODE.queue)


async def test_a_process_that_dies_while_sending_on_leaves_the_old_place_to_be_found() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=60)
    line.sends_on = [(20, overflow_to("queue", "support"))]
    call = active_call(leg, line)
    waiting = asyncio.create_task(_wait(call))
    await asyncio.sleep(20.5)

    saved = journal_of(call).of(CallPlaced)[-1]
    assert saved.kind is PlaceKind.FLOW
    assert saved.state["left"]["orders"][0] == NOON.isoformat()
    waiting.cancel()
    await asyncio.wait((waiting,))


async def test_a_caller_who_hangs_up_gives_up_the_place() -> None:
    line = FakeLine(agent_after=60)
    waiting = asyncio.create_task(_wait(active_call(FakeLeg(), line)))
    await asyncio.sleep(20)

    waiting.cancel()
    await asyncio.wait((waiting,))

    assert (line.waiting, line.left) == (0, [])


@pytest.mark.parametrize("talks_for", [0.0, 30.0])
async def test_an_agent_whose_phone_is_lost_costs_a_second_wait_at_the_head_not_the_call(
    talks_for: float,
) -> None:
    line = FakeLine(agent_after=10, talks_for=talks_for, cause=OUT_OF_ORDER)
    leg = FakeLeg()
    call = active_call(leg, line)
    waiting = asyncio.create_task(_wait(call))
    await asyncio.sleep(talks_for + 12)

    assert line.waiting == 1
    assert line.restored == [None, {"since": call.facts.arrived_at.isoformat()}]
    assert "zh/call-interrupted-requeue" in leg.heard
    waiting.cancel()
    await asyncio.wait((waiting,))


async def test_an_agent_whose_phone_vanished_in_the_talk_is_said_to_be_lost() -> None:
    line = FakeLine(agent_after=10, talks_for=30.0, cause=OUT_OF_ORDER)
    waiting = asyncio.create_task(_wait(active_call(FakeLeg(), line)))
    await asyncio.sleep(45)

    assert line.left == ["agent lost"]
    waiting.cancel()
    await asyncio.wait((waiting,))


async def test_a_restarted_process_finds_the_place_by_what_was_saved() -> None:
    line = FakeLine(agent_after=10, talks_for=30.0)
    call = active_call(FakeLeg(), line)
    await wait_and_talk(call, NODE)

    saved = journal_of(call).of(CallPlaced)[0].state
    assert saved.items() >= {"visit": "1", "since": NOON.isoformat(), "queue": "orders"}.items()
    await resume(call, NODE, PlaceKind.QUEUE, saved)
    assert line.restored == [None, saved]


async def test_a_restarted_process_goes_on_with_the_talk() -> None:
    room, line = FakeRoom(), FakeLine(agent_after=10)
    room.leg("agent-1").vanish_after(60)
    call = active_call(FakeLeg(), line, room)

    assert await resume(call, NODE, PlaceKind.TALK, {"leg": "agent-1", "agent": 8001}) == "talked"
    assert line.talks == [(8001, "agent-1")]
    assert call.outcome is Outcome.TALKED


async def test_a_restart_that_lost_the_agent_puts_the_caller_at_the_head() -> None:
    room, line = FakeRoom(), FakeLine(agent_after=10, talks_for=30)
    room.leg("agent-1").vanish()
    call = active_call(FakeLeg(), line, room)

    assert await resume(call, NODE, PlaceKind.TALK, {"leg": "agent-1", "agent": 8001}) == "talked"
    assert line.left == ["agent lost"]
    assert line.restored == [{"since": call.facts.arrived_at.isoformat()}]


async def _wait(call: ActiveCall) -> str:
    return await wait_and_talk(call, NODE)
