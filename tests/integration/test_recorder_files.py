"""The recorder with real time, real processes that die, and real files."""

import asyncio
import hashlib
import os
import pickle
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import soundfile

from ari_app.domain.recording import (
    EndedRecording,
    IndexedRecording,
    Reason,
    RecordingState,
    Side,
    mono_name,
)
from ari_app.domain.tones import present_tones, segments
from ari_app.domain.wav import new_header
from ari_app.workers.disk_space import DiskSpace
from ari_app.workers.recorder import Recorder
from tests.fakes.recording_index import MemoryIndex

CALL = UUID("6f0c1a52-7d0b-4f6e-9a53-3f1f0c8f2b11")
RATE = 8000
DAY = "2026/03/01"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def a_tone(hz: float, seconds: float) -> bytes:
    at = np.arange(round(seconds * RATE)) / RATE
    return np.round(6000 * np.sin(2 * np.pi * hz * at)).astype("<i2").tobytes()


def ended(seconds: float) -> EndedRecording:
    return EndedRecording(CALL, NOON, NOON, NOON + timedelta(seconds=seconds))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("spool", "archive"):
        (tmp_path / name).mkdir()
    return tmp_path


def write_closed(root: Path, caller: bytes, agent: bytes) -> None:
    for side, audio in ((Side.CALLER, caller), (Side.AGENT, agent)):
        header = new_header(RATE, 1, len(audio) // 2)
        (root / "spool" / mono_name(CALL, side)).write_bytes(header + audio)


@asynccontextmanager
async def a_recorder(root: Path, index: MemoryIndex) -> AsyncIterator[Recorder]:
    clock = RealClock()
    space = DiskSpace(root, clock)
    recorder = Recorder(root / "spool", root / "archive", index, space, clock)
    task = asyncio.create_task(recorder.run())
    try:
        yield recorder
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def finalise(root: Path, call: EndedRecording) -> MemoryIndex:
    index = MemoryIndex()
    async with a_recorder(root, index) as recorder:
        assert recorder.finalise(call)
        await recorder.drain()
    return index


async def test_each_side_is_heard_on_its_own_channel_when_it_spoke(root: Path) -> None:
    quiet = bytes(RATE * 2)
    write_closed(root, caller=quiet + a_tone(440, 2), agent=a_tone(1000, 1) + quiet + quiet)

    row = (await finalise(root, ended(3))).rows[CALL]

    heard, rate = soundfile.read(root / "archive" / row.path, dtype="int16")
    assert rate == RATE
    assert present_tones(heard[:, 0], rate, [440, 1000]) == {440}
    assert present_tones(heard[:, 1], rate, [440, 1000]) == {1000}
    [(start, end)] = segments(heard[:, 0], rate, 440)
    assert (start, end) == pytest.approx((1.0, 3.0), abs=0.05)


async def test_the_index_says_what_the_file_says(root: Path) -> None:
    write_closed(root, a_tone(440, 2), a_tone(1000, 2))

    row = (await finalise(root, ended(2))).rows[CALL]

    path = root / "archive" / row.path
    assert row.path == f"{DAY}/{CALL}.wav"
    assert (row.state, row.seconds) == (RecordingState.FINALISED, 2.0)
    assert row.bytes == path.stat().st_size
    assert row.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


async def test_what_is_digitally_silent_is_counted_on_each_side(root: Path) -> None:
    quiet, line_noise = bytes(RATE * 2), b"\x08\x00" * RATE
    write_closed(root, caller=quiet + a_tone(440, 2), agent=line_noise * 3)

    row = (await finalise(root, ended(3))).rows[CALL]

    assert row.silent == pytest.approx((1.0, 0.0), abs=0.1)  # a tone passes through 0 too


async def test_a_finished_file_is_readable_by_its_group_only(root: Path) -> None:
    write_closed(root, a_tone(440, 1), a_tone(1000, 1))
    before = os.umask(0)
    try:
        row = (await finalise(root, ended(1))).rows[CALL]
    finally:
        os.umask(before)

    assert (root / "archive" / row.path).stat().st_mode & 0o777 == 0o640
    assert (root / "archive" / DAY).stat().st_mode & 0o777 == 0o750


async def test_a_day_that_is_a_link_is_not_written_through(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "archive/2026/03").mkdir(parents=True)
    (root / "archive" / DAY).symlink_to(outside)
    write_closed(root, a_tone(440, 1), a_tone(1000, 1))

    index = await finalise(root, ended(1))

    assert index.flags == [(CALL, RecordingState.EXPECTED, Reason.WRITE_FAILED)]
    assert list(outside.iterdir()) == []


async def test_half_an_hour_needs_no_more_memory_than_a_minute(root: Path) -> None:
    half_hour = a_tone(440, 1) * 1800
    write_closed(root, half_hour, half_hour)
    tracemalloc.start()
    try:
        await finalise(root, ended(1800))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 2 * 2**20


WRITER = """
import sys, time
from ari_app.domain.wav import new_header
header = bytearray(new_header(8000, 1, 0))
header[4:8] = header[40:44] = bytes(4)
files = [open(path, "wb", buffering=32768) for path in sys.argv[1:]]
for file in files:
    file.write(header)
    file.flush()
print("recording", flush=True)
while True:
    for file in files:
        file.write(bytes(range(0, 256)) * 40)
    time.sleep(0.05)
"""


def leave_killed_files(root: Path) -> int:
    """Let a process write both files for a while and kill it; bytes of audio left in one."""
    paths = [root / "spool" / mono_name(CALL, side) for side in Side]
    with subprocess.Popen([sys.executable, "-c", WRITER, *paths], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        while paths[1].stat().st_size < 100_000:
            time.sleep(0.02)
        writer.send_signal(signal.SIGKILL)
    return paths[1].stat().st_size - 44


async def test_what_a_killed_writer_left_is_repaired_and_flagged_short(root: Path) -> None:
    left = await asyncio.to_thread(leave_killed_files, root)

    row = (await finalise(root, ended(600))).rows[CALL]

    assert (row.state, row.reasons[0]) == (RecordingState.SHORT, Reason.TRUNCATED)
    assert row.seconds >= left / 16_000
    assert soundfile.info(root / "archive" / row.path).duration == row.seconds


# What a process does before it dies at the named point; the index outlives it in a file.
DYING = """
import asyncio, os, pickle, sys
from pathlib import Path
from ari_app.workers import recorder as under_test
from ari_app.workers.audio import WavEncoder
from tests.integration import test_recorder_files as tests

root, point = Path(sys.argv[1]), sys.argv[2]

class DyingEncoder(WavEncoder):
    def encode(self, blocks, rate, frames):
        for block in super().encode(blocks, rate, frames):
            yield block
            if point == "writing":
                os._exit(9)

class DyingIndex(tests.MemoryIndex):
    async def index(self, row):
        if point == "before_index":
            os._exit(9)
        (root / "index").write_bytes(pickle.dumps({row.call_id: row}))
        if point == "after_index":
            os._exit(9)

if point == "removing":
    def clear_one(spool, call_id, odd):
        (spool.root / tests.mono_name(call_id, tests.Side.CALLER)).unlink()
        os._exit(9)
    under_test.Spool.clear = clear_one

async def main():
    clock = tests.RealClock()
    space = tests.DiskSpace(root, clock)
    options = under_test.RecorderOptions(encoder=DyingEncoder())
    recorder = tests.Recorder(
        root / "spool", root / "archive", DyingIndex(), space, clock, options)
    recorder.finalise(tests.ended(2))
    await recorder.run()

asyncio.run(main())
"""


@pytest.mark.parametrize("point", ["writing", "before_index", "after_index", "removing"])
async def test_dying_at_any_point_and_starting_again_gives_the_same_row(
    root: Path, tmp_path: Path, point: str
) -> None:
    write_closed(root, a_tone(440, 2), a_tone(1000, 2))
    died = await asyncio.create_subprocess_exec(sys.executable, "-c", DYING, str(root), point)
    assert await died.wait() == 9

    index = MemoryIndex(rows=index_left_in(root))
    async with a_recorder(root, index) as recorder:
        recorder.finalise(ended(2), is_swept=True)
        await recorder.drain()

    row = index.rows[CALL]
    files = [path for path in (root / "archive").rglob("*") if path.is_file()]
    assert files == [root / "archive" / row.path]
    assert row.sha256 == hashlib.sha256(files[0].read_bytes()).hexdigest()
    assert (row.state, row.seconds) == (RecordingState.FINALISED, 2.0)
    assert list((root / "spool").iterdir()) == []


def index_left_in(root: Path) -> dict[UUID, IndexedRecording]:
    path = root / "index"
    rows: dict[UUID, IndexedRecording] = pickle.loads(path.read_bytes()) if path.exists() else {}
    return rows
