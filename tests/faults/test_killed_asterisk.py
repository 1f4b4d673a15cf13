"""F11: Asterisk is killed under the whole load. Every call is lost, and none is forgotten."""

import asyncio
import wave
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ari_app.lab.ear import FRAMES_PER_SECOND
from ari_app.lab.lab import until
from ari_app.lab.party import Party
from tests.faults.recoveries import Stopwatch
from tests.faults.workload import Workload, seeds

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]

READY_SECONDS = 10.0
CLOSED_SECONDS = 30.0
UNFLUSHED_SECONDS = 2.1  # what a killed Asterisk had not written yet
BOTH = 2  # times; all else is as when Asterisk alone dies
END_IS_KNOWN_WITHIN = timedelta(seconds=2)


async def test_calls_that_died_with_asterisk_are_closed_and_called_back(
    workload: Workload,
) -> None:
    for seed in seeds():
        await workload.start(seed)
        await asyncio.sleep(workload.random.uniform(3, 6))
        lost = {caller.name: caller for caller in everybody(workload)}

        heard = {name: one.ear.frames / FRAMES_PER_SECOND for name, one in lost.items()}
        killed_at = await _killed(workload)
        await _agents_work_again(workload)
        await _hang_up_dead_lines([*lost.values(), *workload.agents.values()])

        records = await _closed(workload, lost)
        assert {row["end_reason"] for row in records.values()} == {"pbx_restart"}
        assert all(
            abs(row["ended_at"] - killed_at) < END_IS_KNOWN_WITHIN for row in records.values()
        )
        assert await _owed(workload, lost) == set(lost)
        await _assert_playable(workload, records, heard)
    await workload.verdict()


async def test_calls_that_died_with_asterisk_and_engine_are_called_back_too(
    workload: Workload,
) -> None:
    """As in a power cut: nobody saw the end, the event log breaks off."""
    installation = workload.lab.installation
    for seed in seeds()[:BOTH]:
        await workload.start(seed)
        lost = {caller.name: caller for caller in everybody(workload)}

        await asyncio.to_thread(installation.engine.kill)
        await _killed(workload)
        both = Stopwatch()
        await installation.start_engine()
        both.measured(
            "F11", "Asterisk and engine killed, until the new engine has closed all calls"
        )
        await _hang_up_dead_lines([*lost.values(), *workload.agents.values()])

        records = await _closed(workload, lost)
        assert {row["end_reason"] for row in records.values()} == {"pbx_restart"}
        assert await _owed(workload, lost) == set(lost)
    await workload.verdict()


def everybody(workload: Workload) -> list[Party]:
    return [*workload.talking, *workload.queued, *workload.in_flow]


async def _killed(workload: Workload) -> datetime:
    installation = workload.lab.installation
    killed_at = datetime.now(UTC)
    await asyncio.to_thread(installation.asterisk.process.kill)
    await asyncio.sleep(workload.random.uniform(0, 5))
    await installation.start_asterisk()
    return killed_at


async def _agents_work_again(workload: Workload) -> None:
    """Each agent who was at work is ready to take a call, or takes one."""
    booted = Stopwatch()
    await until(lambda: _are_ready(workload), READY_SECONDS + 5, "agents ready")
    assert booted.measured("F11", "Asterisk booted, until all agents are ready") <= READY_SECONDS


async def _are_ready(workload: Workload) -> bool:
    states = await workload.states()
    return all(states[extension] == "ready" for extension in workload.size.extensions)


async def _hang_up_dead_lines(parties: Sequence[Party]) -> None:
    """Nobody told the world that its calls are over."""
    for party in parties:
        await party.hang_up()
    for party in parties:
        await party.until_gone(15)


async def _closed(workload: Workload, lost: Mapping[str, Party]) -> Mapping[str, Any]:
    records: dict[str, Any] = {}

    async def found() -> bool:
        async with workload.lab.database() as db:
            rows = await db.fetch(_RECORDS, list(lost))
        records.update({row["caller"]: row for row in rows})
        return len(rows) == len(lost) and all(row["state"] != "expected" for row in rows)

    await until(found, CLOSED_SECONDS, "every lost call closed and its recording judged")
    return records


async def _owed(workload: Workload, lost: Mapping[str, Party]) -> set[str]:
    async with workload.lab.database() as db:
        rows = await db.fetch(
            "SELECT number FROM callback WHERE number = ANY($1) AND state = 'due'", list(lost)
        )
    assert len(rows) == len({row["number"] for row in rows})
    return {row["number"] for row in rows}


async def _assert_playable(
    workload: Workload, records: Mapping[str, Any], heard: Mapping[str, float]
) -> None:
    """All that a caller heard is there but the last seconds."""
    archive = workload.lab.site.recordings / "archive"
    for caller, row in records.items():
        assert row["path"], f"{caller}: {row['state']} {row['reasons']}"
        seconds = await asyncio.to_thread(_length, archive / row["path"])
        assert heard[caller] - seconds < UNFLUSHED_SECONDS, f"{caller}: {seconds:.1f} s"


def _length(path: Path) -> float:
    with wave.open(str(path)) as opened:
        return float(opened.getnframes() / opened.getframerate())


_RECORDS = """
    SELECT c.caller, c.ended_at, c.end_reason, r.state, r.reasons, r.path
      FROM call c
      JOIN recording r USING (call_id)
     WHERE c.caller = ANY($1)
       AND c.ended_at IS NOT NULL
"""
