"""F17: a caller whose line is cut says no goodbye; nothing is kept for him, and nobody is stuck."""

import asyncio
import itertools
from datetime import UTC, datetime

import pytest

from ari_app.lab.lab import LOAD_TRUNK, Lab, until
from tests.faults.recoveries import Stopwatch
from tests.faults.verdict import judge
from tests.faults.workload import Workload, seeds
from tests.lab.raw_sip import Caller, RawTrunk
from tests.lab.sipp import Sipp

pytestmark = pytest.mark.asyncio(loop_scope="session")

GONE_SECONDS = 65.0
SPEAKS_SECONDS = 2.0
_numbers = itertools.count(13_000_000_000)


async def _cut_off(lab: Lab, caller: str) -> Stopwatch:
    """Speaks for a while, and then no more."""
    sipp = Sipp(lab.site.ports.sip, lab.site.trunk(LOAD_TRUNK).port, within=120)
    calling = asyncio.create_task(sipp.run("caller", [caller], stay_seconds=100))

    async def is_known() -> bool:
        async with lab.database() as db:
            return bool(await db.fetchval("SELECT 1 FROM call WHERE caller = $1", caller))

    await until(is_known, 10, "the call is known")
    await asyncio.sleep(SPEAKS_SECONDS)
    calling.cancel()  # which kills SIPp
    await asyncio.wait((calling,))
    return Stopwatch()


async def test_a_caller_who_vanishes_leaves_no_ghost(workload: Workload) -> None:
    lab, began = workload.lab, datetime.now(UTC)
    await workload.start()
    callers = [str(next(_numbers)) for _ in seeds()]
    vanished: dict[str, Stopwatch] = {}

    callers.append(cut := str(next(_numbers)))
    vanished[cut] = await _cut_off(lab, cut)
    async with RawTrunk.open(lab.site.trunk(LOAD_TRUNK).port, lab.site.ports.sip) as trunk:
        for caller in callers[:-1]:
            assert await trunk.vanish(Caller(caller.encode())) == 200
            vanished[caller] = Stopwatch()
            await asyncio.sleep(workload.random.uniform(0, 2))

        async def all_noticed() -> bool:
            async with lab.database() as db:
                rows = await db.fetch(
                    "SELECT caller FROM call WHERE caller = ANY($1) AND ended_at IS NOT NULL",
                    list(vanished),
                )
            for row in rows:
                vanished.pop(row["caller"]).measured("F17", "vanished caller, until he is gone")
            return not vanished

        await until(all_noticed, GONE_SECONDS, "no ghost")

    shown = await asyncio.to_thread(lab.installation.asterisk.console, "core show channels concise")
    assert LOAD_TRUNK not in shown
    assert workload.dropped() == []
    await workload.stop()
    await judge(lab, callers, began, 90)
    async with lab.database() as db:
        ended = await db.fetchrow("SELECT outcome, end_reason FROM call WHERE caller = $1", cut)
    assert ended is not None
    assert tuple(ended) == ("abandoned_in_flow", "caller_hung_up")
