"""F3 and F4: an engine that sleeps under the load and wakes up again, and a second one."""

import asyncio
import signal

import pytest

from ari_app.lab.lab import Lab, until
from tests.faults.engines import SecondEngine
from tests.faults.recoveries import Stopwatch
from tests.faults.workload import Snapshot, Workload, seeds

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]

FROZEN_SECONDS = 30.0
TWICE = 2  # the first engine is fenced as after every restart
ENDED_SECONDS = 10.0
BREAK_SECONDS = 5.0
ADOPTED_SECONDS = 5.0


async def is_gone(lab: Lab) -> bool:
    return lab.installation.engine.pid() is None


async def nothing_changed(workload: Workload, before: Snapshot) -> None:
    assert await workload.cut_off() == []
    assert workload.gone() == []
    after = await workload.snapshot()
    assert (after.talks, after.line, after.agents) == (before.talks, before.line, before.agents)


async def test_a_frozen_engine_is_replaced_and_nobody_notices(workload: Workload) -> None:
    lab = workload.lab
    lab.installation.keep = True
    for seed in seeds():
        await workload.start(seed)
        await lab.installation.start_engine()
        await asyncio.sleep(workload.random.uniform(2, 4))  # the keeper has heard of it
        before, former = await workload.snapshot(), lab.installation.engine.pid()
        frozen = Stopwatch()
        lab.installation.engine.signal(signal.SIGSTOP)

        async def is_ended(former: int | None = former) -> bool:
            return lab.installation.engine.pid() != former

        async def is_replaced(former: int | None = former) -> bool:
            return lab.installation.engine.pid() not in (None, former)

        await until(is_ended, ENDED_SECONDS + 3, "the frozen engine is ended")
        assert frozen.measured("F3", "SIGSTOP, until the engine is ended") <= ENDED_SECONDS + 0.5
        # Who dies often is started again after a longer and longer break.
        await until(is_replaced, BREAK_SECONDS, "a new engine")
        back = Stopwatch()
        await until(lab.installation._engine_ready, 15, "a new engine")
        back.measured("F3", "new engine, until it has adopted every call")

        assert back.seconds < ADOPTED_SECONDS
        await nothing_changed(workload, before)
    await asyncio.to_thread(lab.installation.engine.keeper.stop)
    lab.installation.keep = False
    await workload.verdict()


async def test_an_engine_that_wakes_up_beside_its_successor_does_nothing(
    workload: Workload,
) -> None:
    """It slept for 30 s on a machine where nobody ended it; another one took over."""
    lab = workload.lab
    await workload.start()
    await asyncio.sleep(1)
    before = await workload.snapshot()
    lab.installation.engine.signal(signal.SIGSTOP)
    asleep = Stopwatch()
    second = await SecondEngine.start(lab, elsewhere=True)
    try:
        await second.until_ready()
        await asyncio.sleep(max(0.0, FROZEN_SECONDS - asleep.seconds))
        woken = Stopwatch()
        lab.installation.engine.signal(signal.SIGCONT)

        await until(lambda: is_gone(lab), 5, "the old engine ends")

        woken.measured("F3", "SIGCONT beside a successor, until the old engine has ended")
        await nothing_changed(workload, before)
    finally:
        await asyncio.to_thread(second.process.kill)
    await lab.installation.start_engine()
    await workload.verdict()


async def test_a_second_engine_of_the_same_site_is_refused(workload: Workload) -> None:
    lab = workload.lab
    await workload.start()
    await asyncio.sleep(1)
    before = await workload.snapshot()
    first = lab.installation.engine.pid()

    for _ in seeds():
        second = await SecondEngine.start(lab, elsewhere=False)
        started = Stopwatch()
        await until(lambda s=second: _has_ended(s), 10, "the second engine ends")  # type: ignore[misc]
        started.measured("F4", "second engine of the site, until it is refused")

    assert "another ari_app" in second.process.last_words(1)
    assert lab.installation.engine.pid() == first
    await nothing_changed(workload, before)
    await workload.verdict()


async def _has_ended(second: SecondEngine) -> bool:
    return second.process.pid() is None


async def test_of_two_engines_in_two_places_the_first_is_fenced(workload: Workload) -> None:
    lab = workload.lab
    for seed in seeds()[:TWICE]:
        await workload.start(seed)
        await asyncio.sleep(workload.random.uniform(0, 1))
        before = await workload.snapshot()
        both = Stopwatch()
        second = await SecondEngine.start(lab, elsewhere=True)
        try:
            await until(lambda: is_gone(lab), 15, "the first engine ends")
            both.measured("F4", "second engine elsewhere, until the first has ended")
            await second.until_ready()

            await nothing_changed(workload, before)
        finally:
            await asyncio.to_thread(second.process.kill)
        await lab.installation.start_engine()
    await workload.verdict()
