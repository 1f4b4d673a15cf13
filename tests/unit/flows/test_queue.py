import asyncio

import pytest

from ari_app.domain.facts import CallPlaced, Outcome, PlaceKind
from ari_app.domain.flow import Queue
from ari_app.flows.active import ActiveCall
from ari_app.flows.queue import resume, wait_and_talk
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import OUT_OF_ORDER, FakeLeg, FakeLine, FakeRoom

NODE = Queue(
    queue="orders", keys={"*": "message"}, talked="bye", timeout="message", nobody="message"
)


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

    assert await wait_and_talk(active_call(leg, line), NODE) == "*"
    assert line.left == ["key"]


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
    assert saved.items() >= {"visit": "1", "since": "noon", "queue": "orders"}.items()
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
