"""F1: the engine is killed under the whole load, again and again."""

import asyncio

import pytest

from ari_app.lab.lab import until
from tests.faults.gate import FALLBACK, gate_closed
from tests.faults.recoveries import Stopwatch
from tests.faults.workload import Workload, seeds

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]

GATE_SECONDS = 5.0
FALLBACK_SECONDS = 6.0
ADOPTED_SECONDS = 5.0
SAID_SECONDS = 2.0  # what a key leads to; the prompts it ends have several seconds to go


@pytest.mark.quick
async def test_a_killed_engine_costs_nobody_the_call_or_the_place(workload: Workload) -> None:
    for seed in seeds():
        await workload.start(seed)
        await asyncio.sleep(workload.random.uniform(0, 2))
        before = await workload.snapshot()

        await _killed(workload)
        while_away = await workload.cut_off()
        back = Stopwatch()
        await workload.lab.installation.start_engine()
        back.measured("F1", "new engine, until it has adopted every call")

        assert while_away == []
        assert back.seconds < ADOPTED_SECONDS
        assert await workload.unheard() == []
        assert workload.gone() == []
        after = await workload.snapshot()
        assert after.talks == before.talks
        assert after.line == before.line
        assert after.agents == before.agents
    await workload.verdict()


async def test_a_key_ends_the_prompts_of_a_dead_engine_too(workload: Workload) -> None:
    installation = workload.lab.installation
    caller = await workload.dial()
    await caller.until_heard("zh/welcome", within=15)

    await asyncio.to_thread(installation.engine.kill)
    await installation.start_engine()
    await caller.until_heard("zh/this-call-is-recorded", within=5)
    await caller.press("1")

    await caller.until_heard("zh/main-menu", within=SAID_SECONDS)
    await caller.hang_up()


async def _killed(workload: Workload) -> None:
    """Until the gate is shut and a new caller is served by the fallback."""
    lab = workload.lab
    killed = Stopwatch()
    await asyncio.to_thread(lab.installation.engine.kill)
    await until(lambda: gate_closed(lab), GATE_SECONDS + 2, "the gate is shut")
    assert killed.measured("F1", "kill -9, until the gate is shut") < GATE_SECONDS + 0.5
    dialled = Stopwatch()
    newcomer = await workload.dial()
    await newcomer.until_heard(FALLBACK, within=10)
    assert dialled.measured("F1", "newcomer, until the fallback is heard") < FALLBACK_SECONDS
    await newcomer.hang_up()
