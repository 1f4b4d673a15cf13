"""F28: SIP that comes twice, crosses or changes its mind, under load: one record each, no ghost."""

import asyncio
import itertools
from collections import Counter
from datetime import UTC, datetime

import pytest

from ari_app.lab.lab import LOAD_TRUNK, Lab, until
from tests.faults.verdict import judge
from tests.faults.workload import Workload, seeds
from tests.lab.sipp import Sipp

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.beside]

ONE_EACH = ("caller", "retransmitted", "crossed", "bye_before_ack", "held")
ROUNDS = 2  # of five to ten calls of each kind
_numbers = itertools.count(13_200_000_000)


def new_callers(count: int) -> list[str]:
    return [str(next(_numbers)) for _ in range(count)]


def load_trunk(lab: Lab) -> Sipp:
    return Sipp(lab.site.ports.sip, lab.site.trunk(LOAD_TRUNK).port)


async def no_ghost_is_left(lab: Lab) -> None:
    async def is_quiet() -> bool:
        shown = await asyncio.to_thread(
            lab.installation.asterisk.console, "core show channels concise"
        )
        return LOAD_TRUNK not in shown

    await until(is_quiet, 15, "no channel of the load trunk")


async def test_each_call_has_one_record(workload: Workload) -> None:
    lab, began = workload.lab, datetime.now(UTC)
    await workload.start()
    callers: list[str] = []
    for _ in seeds()[:ROUNDS]:
        for scenario in ONE_EACH:
            some = new_callers(workload.random.randint(5, 10))

            counts = await load_trunk(lab).run(scenario, some)

            told = scenario, counts.complaints
            assert (counts.successful, counts.failed) == (len(some), 0), told
            callers += some
    await no_ghost_is_left(lab)
    assert workload.dropped() == []
    await workload.stop()
    await judge(lab, callers, began, 90)


async def test_an_invite_that_came_over_two_paths_is_in_one_queue(workload: Workload) -> None:
    """Both copies are answered before anybody of ours sees them; one is hung up at once."""
    lab, began = workload.lab, datetime.now(UTC)
    callers: list[str] = []
    for _ in seeds():
        some = new_callers(workload.random.randint(3, 6))
        counts = await load_trunk(lab).run("merged", some, stay_seconds=3)
        assert (counts.successful, counts.failed) == (len(some), 0), counts.complaints
        callers += some

    await no_ghost_is_left(lab)
    await until(lambda: all_closed(lab, callers), 30, "all records closed")
    async with lab.database() as db:
        rows = await db.fetch(
            "SELECT caller, end_reason = 'refused' AS copy FROM call"
            " WHERE caller = ANY($1) AND arrived_at > $2",
            *(callers, began),
        )
    assert Counter((row["caller"], row["copy"]) for row in rows) == {
        (caller, copy): 1 for caller in callers for copy in (True, False)
    }
    await workload.verdict()


async def test_who_cancels_has_one_record_or_none(workload: Workload) -> None:
    """Within a millisecond the call may not even have been given an id."""
    lab = workload.lab
    callers: list[str] = []
    for _ in seeds():
        some = new_callers(10)
        counts = await load_trunk(lab).run("cancelled", some)
        assert (counts.successful, counts.failed) == (len(some), 0), counts.complaints
        callers += some

    await no_ghost_is_left(lab)
    await until(lambda: all_closed(lab, callers), 30, "all records closed")
    assert set((await recorded(lab, callers)).values()) <= {1}
    await workload.verdict()


async def recorded(lab: Lab, callers: list[str]) -> Counter[str]:
    async with lab.database() as db:
        rows = await db.fetch("SELECT caller FROM call WHERE caller = ANY($1)", callers)
    return Counter(row["caller"] for row in rows)


async def all_closed(lab: Lab, callers: list[str]) -> bool:
    async with lab.database() as db:
        count = await db.fetchval(
            "SELECT count(*) FROM call WHERE caller = ANY($1) AND ended_at IS NULL", callers
        )
    return bool(count == 0)
