"""F13: the recordings' file system is full, really, and is freed again.

Who leaves a message meanwhile cannot: hears so, and is let go by the flow.
"""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ari_app.lab.lab import Lab, open_folder, until
from tests.faults.recoveries import Stopwatch
from tests.faults.workload import Size, Workload, open_lab, seeds

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system"),
]

DISK_MEGABYTES = 256
FULL_SECONDS = 6.0  # after the alarm
ALARM_SECONDS = 15.0
FREED_SECONDS = 15.0
JUDGED_SECONDS = 30.0


@pytest.fixture
def site_folder() -> Iterator[Path]:
    """Recordings live on a small file system of their own, in memory."""
    with open_folder() as folder:
        recordings = folder / "site" / "recordings"
        recordings.mkdir(parents=True)
        options = f"size={DISK_MEGABYTES}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", recordings], check=True)
        try:
            yield folder / "site"
        finally:
            subprocess.run(["umount", "--lazy", recordings], check=True)


@pytest_asyncio.fixture(loop_scope="session")
async def loaded_lab(site_folder: Path, size: Size) -> AsyncIterator[Lab]:
    async with open_lab(site_folder, size) as lab:
        yield lab


async def test_a_full_disk_costs_recordings_but_no_calls_and_every_gap_is_told(
    workload: Workload,
) -> None:
    lab = workload.lab
    for seed in seeds():
        await workload.start(seed)
        since = datetime.now(UTC)
        assert await workload.cut_off() == []

        ballast = await asyncio.to_thread(_fill, lab.site.recordings)
        filled = Stopwatch()
        await until(lambda: _space_is(lab, "full"), ALARM_SECONDS + 5, "the alarm")
        assert filled.measured("F13", "disk full, until the alarm") <= ALARM_SECONDS
        hurt = [workload.talking.pop(0) for _ in range(2)]
        await asyncio.sleep(FULL_SECONDS)
        assert await workload.cut_off() == []
        assert workload.dropped() == []
        for caller in hurt:
            await caller.hang_up()
        await asyncio.sleep(2)
        ballast.unlink()
        freed = Stopwatch()
        await until(lambda: _space_is(lab, "ok"), FREED_SECONDS, "the end of the alarm")
        freed.measured("F13", "disk freed, until the end of the alarm")

        told = await _judged(lab, since, {caller.name for caller in hurt})
        assert not [row for row in told if row["state"] == "finalised" and not row["bytes"]]
        flagged = {row["caller"]: row["reasons"] for row in told if row["state"] != "finalised"}
        assert {caller.name for caller in hurt} <= flagged.keys()
        assert all("disk_full" in reasons for reasons in flagged.values()), flagged
    await workload.verdict()
    await _assert_recorded_again(workload)


async def _judged(lab: Lab, since: datetime, callers: set[str]) -> list[dict[str, Any]]:
    """All recordings of calls that have ended, with those of these callers."""
    told: list[dict[str, Any]] = []

    async def found() -> bool:
        told[:] = await _recordings(lab, since)
        return {row["caller"] for row in told} >= callers and all(
            row["state"] != "expected" for row in told
        )

    await until(found, JUDGED_SECONDS, f"the recordings of {callers} are judged")
    return told


async def _assert_recorded_again(workload: Workload) -> None:
    since = datetime.now(UTC)
    await workload.start()
    await asyncio.sleep(3)
    await workload.verdict()
    told = await _recordings(workload.lab, since)
    assert "finalised" in {row["state"] for row in told}
    assert not [row for row in told if "disk_full" in row["reasons"] or not row["bytes"]]


def _fill(folder: Path) -> Path:
    """To the last byte."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        block = bytes(1 << 20)
        try:
            while True:
                file.write(block)
        except OSError:
            pass
    return ballast


async def _space_is(lab: Lab, level: str) -> bool:
    return bool((await lab.installation.health())["recordings_space"] == level)


async def _recordings(lab: Lab, since: datetime) -> list[dict[str, Any]]:
    async with lab.database() as db:
        rows = await db.fetch(_RECORDINGS, since)
    return [dict(row) for row in rows]


_RECORDINGS = """
    SELECT c.caller, r.state, r.reasons, r.bytes
      FROM call c
      JOIN recording r USING (call_id)
     WHERE c.ended_at > $1
"""
