"""F12: engine and Asterisk are stopped as an operator does it. Nobody notices."""

import asyncio
from datetime import UTC, datetime

import pytest

from ari_app.lab.lab import Lab, until
from tests.faults.recoveries import Stopwatch
from tests.faults.workload import Workload, seeds

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]

ADOPTED_SECONDS = 10.0  # the whole of a restart: stopped, started, every call adopted
CONVENIENT_SECONDS = 20.0  # from the last call's end
LOOK_SECONDS = 10.0
READY_SECONDS = 10.0


async def test_an_engine_that_is_restarted_costs_nobody_the_call_or_the_place(
    workload: Workload,
) -> None:
    for seed in seeds():
        await workload.start(seed)
        before = await workload.snapshot()

        restarting = Stopwatch()
        await workload.lab.installation.restart(["engine"])
        restarting.measured("F12", "engine restarted, until it has adopted every call")

        assert restarting.seconds < ADOPTED_SECONDS
        assert await workload.unheard() == []
        assert workload.dropped() == []
        after = await workload.snapshot()
        assert (after.talks, after.line, after.agents) == (
            before.talks,
            before.line,
            before.agents,
        )
    await workload.verdict()


async def test_an_asterisk_told_to_stop_when_convenient_lets_everybody_finish(
    workload: Workload,
) -> None:
    lab, began = workload.lab, datetime.now(UTC)
    await workload.start()
    await asyncio.to_thread(lab.installation.asterisk.console, "core stop when convenient")
    await asyncio.sleep(LOOK_SECONDS)

    assert await workload.cut_off() == []
    assert workload.dropped() == []
    await workload.stop()
    finished = Stopwatch()
    await until(lambda: _is_stopped(lab), CONVENIENT_SECONDS, "Asterisk stopped by itself")
    finished.measured("F12", "last call over, until Asterisk has stopped by itself")
    await lab.installation.start_asterisk()
    booted = Stopwatch()
    await until(lambda: _is_ready(lab), READY_SECONDS, "the engine serves new calls")
    booted.measured("F12", "Asterisk booted, until new calls are served")

    async with lab.database() as db:
        lost = await db.fetchval(
            "SELECT count(*) FROM call WHERE end_reason = 'pbx_restart' AND arrived_at >= $1", began
        )
    assert lost == 0
    await workload.start()
    assert await workload.cut_off() == []
    await workload.verdict()


async def _is_ready(lab: Lab) -> bool:
    return bool((await lab.installation.health())["ready"])


async def _is_stopped(lab: Lab) -> bool:
    return lab.installation.asterisk.process.pid() is None
