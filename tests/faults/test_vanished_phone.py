"""F17: a phone whose plug is pulled, a caller whose line is cut: nobody says goodbye, nobody waits
for ever."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from ari_app.lab.desk import Desk
from ari_app.lab.lab import LOAD_TRUNK, Lab, soon, until
from ari_app.lab.party import Party
from tests.faults.recoveries import Stopwatch
from tests.lab.hotline import Hotline
from tests.lab.listening import recorded, spans
from tests.lab.sipp import Sipp

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALLER, FIRST, SECOND = 440, 620, 740  # Hz
ANOTHER_AGENT_SECONDS = 35.0
RING_SECONDS = 8.0  # of the lab's queues
KNOWN_SECONDS = 30.0  # until it shows that a phone does not answer: qualify_frequency and more
RTP_TIMEOUT_SECONDS = 30.0  # of a trunk
TALK_SECONDS = 6.0
HEARD_SECONDS = 3.0  # at first the number of the agent is said over the tone
GHOSTS_SECONDS = 10.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(site_folder: Path) -> AsyncIterator[Lab]:
    """The phone of 1001 can be unplugged."""
    async with Lab.open(site_folder, lambda part: None, desks=["1001"]) as lab:
        yield lab


@pytest_asyncio.fixture(loop_scope="module")
async def desk(lab: Lab, hotline: Hotline) -> AsyncIterator[Desk]:
    """Plugged in again for whoever comes next."""
    try:
        yield lab.desks["1001"]
    finally:
        await lab.desks["1001"].plug_in()


async def test_a_phone_unplugged_in_mid_call_sends_the_caller_to_another_agent(
    lab: Lab, hotline: Hotline, desk: Desk
) -> None:
    caller = await talking_with_the_first(hotline)
    await hotline.login("1004")
    answered = hotline.answering("1004", SECOND, after=2)
    said_before = len(caller.ear.heard)

    await desk.unplug()
    unplugged = Stopwatch()
    await caller.until_heard("music", within=ANOTHER_AGENT_SECONDS, after=said_before)
    unplugged.measured("F17", "unplugged in mid-call, until the caller hears music")
    second = await soon(answered, ANOTHER_AGENT_SECONDS, "agent 1004 answers")
    await caller.until_heard(f"tone {SECOND}", within=ANOTHER_AGENT_SECONDS)

    took = unplugged.measured("F17", "unplugged in mid-call, until another agent is heard")
    assert took <= ANOTHER_AGENT_SECONDS
    assert caller.ear.times("zh/call-interrupted-requeue")
    await second.until_heard(f"tone {CALLER}", within=5)
    assert (await hotline.states())["1001"] == "phone_lost"
    await asyncio.sleep(TALK_SECONDS)
    await hotline.hang_up(caller)
    call_id = (await hotline.record_of(caller))["call_id"]
    assert await visits(hotline, call_id) == [("answered", 1001), ("answered", 1004)]
    assert await calls_of(hotline, caller) == [("talked", "caller_hung_up")]
    await until_no_channel(lab)
    await both_agents_are_recorded(hotline, call_id)


async def test_a_phone_unplugged_under_a_new_engine_sends_the_caller_to_another_agent(
    lab: Lab, hotline: Hotline, desk: Desk
) -> None:
    caller = await talking_with_the_first(hotline)
    await asyncio.to_thread(lab.installation.engine.kill)
    await lab.installation.start_engine()
    await hotline.login("1004")
    answered = hotline.answering("1004", SECOND)

    await desk.unplug()
    unplugged = Stopwatch()
    await soon(answered, ANOTHER_AGENT_SECONDS, "agent 1004 answers")
    await caller.until_heard(f"tone {SECOND}", within=5)

    took = unplugged.measured("F17", "unplugged after a restart, until another agent is heard")
    assert took <= ANOTHER_AGENT_SECONDS
    assert (await hotline.states())["1001"] == "phone_lost"
    await asyncio.sleep(TALK_SECONDS)
    await hotline.hang_up(caller)
    call_id = (await hotline.record_of(caller))["call_id"]
    assert await visits(hotline, call_id) == [("answered", 1001), ("answered", 1004)]
    await both_agents_are_recorded(hotline, call_id)


async def test_a_phone_plugged_in_again_gets_calls_again(hotline: Hotline, desk: Desk) -> None:
    await hotline.login("1001")
    await desk.unplug()
    await hotline.until_state("1001", "phone_lost", within=KNOWN_SECONDS)

    await desk.plug_in()

    await hotline.until_state("1001", "ready", within=KNOWN_SECONDS)
    await hotline.hang_up(await talking_with_the_first(hotline))


async def test_a_phone_that_comes_back_while_the_engine_is_away_gets_calls_again(
    lab: Lab, hotline: Hotline, desk: Desk
) -> None:
    await hotline.login("1001")
    await desk.unplug()
    await hotline.until_state("1001", "phone_lost", within=KNOWN_SECONDS)
    await asyncio.to_thread(lab.installation.engine.kill)
    await desk.plug_in()

    await lab.installation.start_engine()

    await hotline.until_state("1001", "ready", within=5)


async def test_a_phone_unplugged_while_it_rings_costs_the_caller_one_ringing(
    lab: Lab, hotline: Hotline, desk: Desk
) -> None:
    await hotline.login("1001")
    rings = asyncio.Event()
    desk.world.on_ring["1001"] = lambda party: rings.set()
    caller = await hotline.arrive("11")
    await soon(asyncio.ensure_future(rings.wait()), 15, "the phone of 1001 rings")
    await hotline.login("1004")
    answered = hotline.answering("1004", SECOND)

    await desk.unplug()
    unplugged = Stopwatch()
    await soon(answered, RING_SECONDS + 5, "agent 1004 answers")
    await caller.until_heard(f"tone {SECOND}", within=5)

    unplugged.measured("F17", "unplugged while ringing, until another agent is heard")
    await hotline.until_state("1001", "phone_lost", within=KNOWN_SECONDS)
    await hotline.hang_up(caller)
    call_id = (await hotline.record_of(caller))["call_id"]
    assert await visits(hotline, call_id) == [("answered", 1004)]
    assert await offers(hotline, call_id) == [(1001, "timed_out"), (1004, "accepted")]
    await until_no_channel(lab)


async def test_a_caller_whose_line_is_cut_is_let_go(lab: Lab, hotline: Hotline) -> None:
    number = "13799999999"
    sipp = Sipp(lab.site.ports.sip, lab.site.trunk(LOAD_TRUNK).port, within=120)
    calling = asyncio.create_task(sipp.run("caller", [number], stay_seconds=100))
    await until(lambda: is_known(hotline, number), 10, "the call is known")

    calling.cancel()  # which kills SIPp
    await asyncio.wait((calling,))
    cut = Stopwatch()
    await until(lambda: is_over(hotline, number), RTP_TIMEOUT_SECONDS + 10, "the call is over")

    cut.measured("F17", "caller's line cut, until the call is over")
    ended = await rows(hotline, "SELECT outcome, end_reason FROM call WHERE caller = $1", number)
    assert [tuple(row) for row in ended] == [("abandoned_in_flow", "caller_hung_up")]
    await until_no_channel(lab)


# ---- what they do ----


async def talking_with_the_first(hotline: Hotline) -> Party:
    caller, _ = await hotline.in_talk("1001", caller=CALLER, agent=FIRST)
    await asyncio.sleep(TALK_SECONDS)
    return caller


# ---- what they left behind ----


async def both_agents_are_recorded(hotline: Hotline, call_id: UUID) -> None:
    left, right, rate = await recorded(hotline, call_id)
    first, second = spans(right, rate, FIRST), spans(right, rate, SECOND)
    assert seconds(first) > HEARD_SECONDS
    assert seconds(second) > HEARD_SECONDS
    assert first[-1][1] < second[0][0]
    assert not spans(right, rate, CALLER)
    said = spans(left, rate, CALLER)
    assert said[0][0] < first[0][1]
    assert said[-1][1] > second[0][0] + HEARD_SECONDS
    assert not spans(left, rate, FIRST)
    assert not spans(left, rate, SECOND)


def seconds(of: list[tuple[float, float]]) -> float:
    return sum(end - start for start, end in of)


async def visits(hotline: Hotline, call_id: UUID) -> list[tuple[str, int]]:
    query = "SELECT result, agent_id FROM queue_visit WHERE call_id = $1 ORDER BY left_at"
    return [tuple(row) for row in await rows(hotline, query, call_id)]


async def offers(hotline: Hotline, call_id: UUID) -> list[tuple[int, str]]:
    query = "SELECT agent_id, result FROM offer WHERE call_id = $1 ORDER BY made_at"
    return [tuple(row) for row in await rows(hotline, query, call_id)]


async def calls_of(hotline: Hotline, caller: Party) -> list[tuple[str, str]]:
    query = "SELECT outcome, end_reason FROM call WHERE caller = $1"
    return [tuple(row) for row in await rows(hotline, query, caller.name)]


async def rows(hotline: Hotline, query: str, value: object) -> list[Any]:
    async with hotline.lab.database() as db:
        return list(await db.fetch(query, value))


async def is_known(hotline: Hotline, caller: str) -> bool:
    return bool(await rows(hotline, "SELECT 1 FROM call WHERE caller = $1", caller))


async def is_over(hotline: Hotline, caller: str) -> bool:
    query = "SELECT 1 FROM call WHERE caller = $1 AND ended_at IS NOT NULL"
    return bool(await rows(hotline, query, caller))


async def until_no_channel(lab: Lab) -> None:
    async def none() -> bool:
        console = lab.installation.asterisk.console
        return not (await asyncio.to_thread(console, "core show channels concise")).strip()

    await until(none, GHOSTS_SECONDS, "no channel left")
