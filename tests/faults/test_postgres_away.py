"""F8, F10: PostgreSQL is gone for a minute, and in the second case the engine dies meanwhile."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from ari_app.lab.lab import LOAD_TRUNK, Lab, until
from tests.faults.outage import outage_seconds
from tests.faults.recoveries import Stopwatch
from tests.faults.verdict import judge
from tests.faults.workload import Workload, seeds
from tests.lab.sipp import Counts, Sipp

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLS_A_SECOND = 5
STAY_SECONDS = 4.0
BACK_SECONDS = 30.0
TURNS = 3  # agents who get a new caller while nothing can be asked
_numbers = itertools.count(13_400_000_000)


async def test_calls_go_on_without_postgres_and_are_all_recorded_afterwards(
    workload: Workload,
) -> None:
    lab, began, crowds = workload.lab, datetime.now(UTC), list[str]()
    rejected = await _rejected(lab)
    for seed in seeds():
        await workload.start(seed)
        seconds = outage_seconds(seed)
        callers = [str(next(_numbers)) for _ in range(round((seconds + 5) * CALLS_A_SECOND))]
        crowds += callers
        crowd = asyncio.create_task(_crowd(lab, callers))
        await asyncio.sleep(2)

        await lab.installation.postgres.stop()
        await _turn_over(workload)
        await asyncio.sleep(seconds - TURNS)
        assert (await lab.installation.health())["journal"]["spooled"] > 0
        await lab.installation.start_postgres()
        await _all_written(lab, "F8", "PostgreSQL started, until every record is there")

        counts = await crowd
        assert (counts.created, counts.successful) == (len(callers), len(callers)), counts
        assert workload.dropped() == []
        await workload.top_up()
        assert await workload.unheard() == []
    await workload.verdict()
    await judge(lab, crowds, began, within=90)
    assert await _rejected(lab) == rejected


@pytest.mark.alone
async def test_what_a_killed_engine_spooled_is_brought_in_once_by_the_next(
    workload: Workload,
) -> None:
    lab = workload.lab
    rejected = await _rejected(lab)
    for seed in seeds():
        await workload.start(seed)
        await lab.installation.postgres.stop()
        await _turn_over(workload)
        await asyncio.sleep(workload.random.uniform(1, 5))

        await asyncio.to_thread(lab.installation.engine.kill)
        assert _spools(lab)
        starting = asyncio.create_task(lab.installation.start_engine())
        await asyncio.sleep(2)
        await lab.installation.start_postgres()
        back = Stopwatch()
        await starting
        back.measured("F10", "PostgreSQL started, until the new engine has adopted every call")
        await _all_written(lab, "F10", "new engine, until the spool is empty")

        assert workload.dropped() == []
        await workload.top_up()
        assert await workload.unheard() == []
    await workload.verdict()
    assert not _spools(lab)
    assert await _rejected(lab) == rejected


async def _crowd(lab: Lab, callers: Sequence[str]) -> Counts:
    within = len(callers) / CALLS_A_SECOND + 60
    trunk = Sipp(
        lab.site.ports.sip, lab.site.trunk(LOAD_TRUNK).port, rate=CALLS_A_SECOND, within=within
    )
    return await trunk.run("caller", callers, stay_seconds=STAY_SECONDS)


async def _turn_over(workload: Workload) -> None:
    """Some callers hang up; their agents take the first who wait."""
    for _ in range(min(TURNS, workload.size.talking, workload.size.queued)):
        await workload.talking.pop(0).hang_up()
        await asyncio.sleep(1)


async def _all_written(lab: Lab, fault: str, what: str) -> None:
    since = Stopwatch()
    await until(lambda: _is_written(lab), BACK_SECONDS, "the spool brought in")
    since.measured(fault, what)


async def _is_written(lab: Lab) -> bool:
    health = await lab.installation.health()
    return health["parts"]["database"] and not health["journal"]["spooled"]


def _spools(lab: Lab) -> list[str]:
    return [path.name for path in (lab.site.journal / "journal").glob("*.spool")]


async def _rejected(lab: Lab) -> int:
    async with lab.database() as db:
        count: int = await db.fetchval("SELECT count(*) FROM rejected_fact")
    return count
