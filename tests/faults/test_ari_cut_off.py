"""F5: nothing passes between engine and Asterisk any more, and neither is told."""

import asyncio
import os

import pytest

from ari_app.lab.lab import Lab, until
from tests.faults.recoveries import Stopwatch
from tests.faults.relay import Relay, relayed
from tests.faults.workload import Workload

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEEDS = int(os.environ.get("SEEDS", "5"))
CUT_SECONDS = float(os.environ.get("CUT", "60.0"))
NOTICED_SECONDS = 10.0
BACK_SECONDS = 10.0


async def test_a_silent_wire_is_noticed_and_costs_nobody_the_call_or_the_place(
    workload: Workload,
) -> None:
    lab = workload.lab
    async with relayed(lab.installation) as relay:
        for seed in range(SEEDS):
            await workload.start(seed)
            before = await workload.snapshot()

            await _cut(lab, relay)
            assert await workload.cut_off() == []
            await asyncio.sleep(CUT_SECONDS - NOTICED_SECONDS)
            relay.mend()
            mended = Stopwatch()
            await until(lambda: _is_connected(lab, True), BACK_SECONDS, "connected again")
            mended.measured("F5", "wire mended, until engine and Asterisk agree again")

            assert await workload.cut_off() == []
            assert await workload.without_music() == []
            after = await workload.snapshot()
            assert after.talks == before.talks
            assert after.line == before.line
            assert after.agents == before.agents
        await workload.verdict()


async def _cut(lab: Lab, relay: Relay) -> None:
    relay.cut()
    silent = Stopwatch()
    await until(lambda: _is_connected(lab, False), NOTICED_SECONDS + 5, "the silence is noticed")
    assert silent.measured("F5", "wire cut, until the engine knows") <= NOTICED_SECONDS


async def _is_connected(lab: Lab, connected: bool) -> bool:
    return (await lab.installation.health())["parts"]["asterisk"] is connected
