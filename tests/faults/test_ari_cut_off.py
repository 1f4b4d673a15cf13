"""F5: nothing passes between engine and Asterisk any more, and neither is told."""

import asyncio

import pytest

from ari_app.lab.lab import Lab, until
from tests.faults.outage import outage_seconds
from tests.faults.recoveries import Stopwatch
from tests.faults.relay import Relay, relayed
from tests.faults.workload import Snapshot, Workload, seeds

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTICED_SECONDS = 10.0
BACK_SECONDS = 10.0


async def test_a_silent_wire_is_noticed_and_costs_nobody_the_call_or_the_place(
    workload: Workload,
) -> None:
    lab = workload.lab
    async with relayed(lab.installation) as relay:
        for seed in seeds():
            await workload.start(seed)
            before = await workload.snapshot()

            await _cut(lab, relay)
            assert await workload.cut_off() == []
            quitters = workload.talking.pop(), workload.queued.pop()
            for caller in quitters:
                await caller.hang_up()
            await asyncio.sleep(outage_seconds(seed) - NOTICED_SECONDS)
            relay.mend()
            mended = Stopwatch()
            await until(lambda: _is_connected(lab, True), BACK_SECONDS, "connected again")
            mended.measured("F5", "wire mended, until engine and Asterisk agree again")

            assert await workload.cut_off() == []
            await until(lambda: _all_hear_music(workload), BACK_SECONDS, "music for all who wait")
            mended.measured("F5", "wire mended, until all who wait hear something again")
            _assert_kept(before, await workload.snapshot(), {one.name for one in quitters})
        await workload.verdict()


async def _cut(lab: Lab, relay: Relay) -> None:
    relay.cut()
    silent = Stopwatch()
    await until(lambda: _is_connected(lab, False), NOTICED_SECONDS + 5, "the silence is noticed")
    assert silent.measured("F5", "wire cut, until the engine knows") <= NOTICED_SECONDS


async def _all_hear_music(workload: Workload) -> bool:
    """Who was being told something when the wire was cut heard nothing after it."""
    return not await workload.without_music()


async def _is_connected(lab: Lab, connected: bool) -> bool:
    return (await lab.installation.health())["parts"]["asterisk"] is connected


def _assert_kept(before: Snapshot, after: Snapshot, quitters: set[str]) -> None:
    """Who left their agents to the first of the line; all others are where they were."""
    talks = {caller: agent for caller, agent in before.talks.items() if caller not in quitters}
    assert after.talks.items() >= talks.items()
    left = quitters | after.talks.keys()
    for queue, line in before.line.items():
        assert after.line[queue] == tuple(place for place in line if place[0] not in left)
