import asyncio

from ari_app.domain.facts import Outcome
from ari_app.domain.flow import Queue
from ari_app.flows.active import ActiveCall
from ari_app.flows.queue import wait_and_talk
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg, FakeLine

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


async def test_an_agent_who_vanishes_before_the_talk_costs_a_second_wait_not_the_call() -> None:
    line = FakeLine(agent_after=10, talks_for=0.0)
    call = active_call(FakeLeg(), line)
    waiting = asyncio.create_task(_wait(call))
    await asyncio.sleep(12)

    assert line.waiting == 1
    assert journal_of(call).story() == ["queued", "announced", "queued"]
    waiting.cancel()
    await asyncio.wait((waiting,))


async def _wait(call: ActiveCall) -> str:
    return await wait_and_talk(call, NODE)
