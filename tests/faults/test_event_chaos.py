"""F16: events come twice, late, in another order, or not at all: the records are the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ari_app.lab.lab import Lab, until
from ari_app.lab.party import Party
from tests.faults.chaos import VERY_LATE_SECONDS, chaotic
from tests.faults.recoveries import Stopwatch
from tests.faults.workload import Workload, seeds

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHAOS_SECONDS = 9.0  # each time: with the calls before it, every connection breaks at least once
TURNS = 3
BACK_SECONDS = 30.0
HEARD_SECONDS = VERY_LATE_SECONDS + 5.0


async def test_what_really_happened_is_on_record_whatever_was_told_of_it(
    workload: Workload,
) -> None:
    talked: list[Party] = []
    async with chaotic(workload.lab.installation, 0) as chaos, breaks_measured(workload.lab):
        for seed in seeds():
            chaos.seed(seed)
            async with chaos.calm():
                await workload.start(seed)
            for _ in range(min(TURNS, len(workload.talking))):
                await asyncio.sleep(workload.random.uniform(0, 2))
                talked.append(workload.talking.pop(0))
                await talked[-1].hang_up()
            await asyncio.sleep(CHAOS_SECONDS)

            assert await workload.cut_off() == []
            # The end of an announcement may be told late, and the music goes on after it.
            await until(lambda: all_hear_something(workload), HEARD_SECONDS, "music for all")
        assert all(chaos.counts.values()), chaos.counts
        talked += workload.talking
        waiting = [one for one in workload.queued if one.name in await _in_line(workload)]
        await workload.verdict()

    outcomes = await _outcomes(workload, [*talked, *waiting])
    assert {outcomes[caller.name] for caller in talked} == {"talked"}
    assert {outcomes[caller.name] for caller in waiting} <= {"abandoned"}


async def all_hear_something(workload: Workload) -> bool:
    return not await workload.without_music()


@asynccontextmanager
async def breaks_measured(lab: Lab) -> AsyncIterator[None]:
    """As long as this lasts."""

    async def is_connected(wanted: bool) -> bool:
        return (await lab.installation.health())["parts"]["asterisk"] is wanted

    async def measure() -> None:
        while True:
            await until(lambda: is_connected(False), 3600, "a break")
            broken = Stopwatch()
            await until(lambda: is_connected(True), BACK_SECONDS, "connected again")
            broken.measured("F16", "connection broken, until engine and Asterisk agree again")

    measuring = asyncio.create_task(measure(), name="breaks")
    try:
        yield
    finally:
        measuring.cancel()
        await asyncio.wait((measuring,))
    assert measuring.cancelled(), measuring.exception()


async def _in_line(workload: Workload) -> set[str]:
    line = (await workload.snapshot()).line
    return {caller for places in line.values() for caller, _ in places}


async def _outcomes(workload: Workload, callers: list[Party]) -> dict[str, str]:
    async with workload.lab.database() as db:
        rows = await db.fetch(
            "SELECT caller, outcome FROM call WHERE caller = ANY($1)",
            [caller.name for caller in callers],
        )
    return {row["caller"]: row["outcome"] for row in rows}
