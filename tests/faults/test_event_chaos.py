"""F16: events come twice, late, in another order, or not at all: the records are the same."""

import asyncio

import pytest

from ari_app.lab.party import Party
from tests.faults.chaos import chaotic
from tests.faults.workload import Workload, seeds

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHAOS_SECONDS = 30.0
TURNS = 3


async def test_what_really_happened_is_on_record_whatever_was_told_of_it(
    workload: Workload,
) -> None:
    for seed in seeds():
        async with chaotic(workload.lab.installation, seed) as chaos:
            await workload.start(seed)
            talked = [workload.talking.pop(0) for _ in range(min(TURNS, len(workload.talking)))]
            for caller in talked:
                await asyncio.sleep(workload.random.uniform(0, 2))
                await caller.hang_up()
            await asyncio.sleep(CHAOS_SECONDS)

            assert await workload.cut_off() == []
            assert await workload.without_music() == []
            assert all(chaos.counts.values()), chaos.counts
            talked += workload.talking
            waiting = [one for one in workload.queued if one.name in await _in_line(workload)]
            await workload.verdict()

        outcomes = await _outcomes(workload, [*talked, *waiting])
        assert {outcomes[caller.name] for caller in talked} == {"talked"}
        assert {outcomes[caller.name] for caller in waiting} <= {"abandoned"}


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
