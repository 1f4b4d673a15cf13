import asyncio
import errno
import math
import os
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from ari_app.domain.recording import (
    CallTimes,
    EndedRecording,
    Reason,
    RecordingState,
    Side,
    mono_name,
)
from ari_app.domain.wav import new_header
from ari_app.workers.disk_space import DiskSpace
from ari_app.workers.recorder import Recorder, RecorderOptions
from tests.fakes.recording_index import MemoryIndex

CALL = UUID("6f0c1a52-7d0b-4f6e-9a53-3f1f0c8f2b11")
OTHER = UUID("0c2b7a10-8f3e-4f4f-8a55-d0a8f4f0b7aa")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORED = f"2026/03/01/{CALL}.wav"
NEVER = math.inf
S, R = RecordingState, Reason


class JumpingClock:
    """Time passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        if seconds == NEVER:
            await asyncio.Event().wait()
        self.passed += seconds
        await asyncio.sleep(0)


class FullDisk:
    suffix = ".wav"

    def encode(self, blocks: Iterable[bytes], rate: int, frames: int) -> Iterator[bytes]:
        yield from list(blocks)[:1]
        raise OSError(errno.ENOSPC, "No space left on device")


class Desk:
    """A recorder with its folders, and what a test does to them."""

    def __init__(self, root: Path) -> None:
        self.spool, self.archive = root / "spool", root / "archive"
        self.spool.mkdir()
        self.archive.mkdir()
        self.clock, self.index = JumpingClock(), MemoryIndex()
        self.options = RecorderOptions(sleep=self.clock.sleep, probe_seconds=NEVER)

    def recorder(self) -> Recorder:
        space = DiskSpace(self.spool, self.clock)
        return Recorder(self.spool, self.archive, self.index, space, self.clock, self.options)

    def write(self, side: Side, seconds: float, value: int = 1, *, call: UUID = CALL) -> Path:
        """A file Asterisk has closed."""
        frames = round(seconds * 8000)
        samples = np.full(frames, value, "<i2").tobytes()
        return self._store(side, new_header(8000, 1, frames) + samples, call)

    def write_killed(self, side: Side, seconds: float, value: int = 1) -> Path:
        """A file Asterisk never closed, last written to just now."""
        header = bytearray(new_header(8000, 1, 0))
        header[4:8] = header[40:44] = bytes(4)
        samples = np.full(round(seconds * 8000), value, "<i2").tobytes()
        return self._store(side, bytes(header) + samples, CALL)

    def _store(self, side: Side, content: bytes, call: UUID) -> Path:
        path = self.spool / mono_name(call, side)
        path.write_bytes(content)
        self.touch(path)
        return path

    def touch(self, path: Path) -> None:
        moment = self.clock.now().timestamp()
        os.utime(path, (moment, moment))

    async def finalise(self, *ended: EndedRecording, is_swept: bool = False) -> None:
        async with running(self.recorder()) as recorder:
            for one in ended:
                assert recorder.finalise(one, is_swept=is_swept)
            await recorder.drain()

    def heard(self) -> "np.ndarray[tuple[int, int], np.dtype[np.int16]]":
        samples = np.frombuffer((self.archive / STORED).read_bytes()[44:], "<i2")
        return samples.reshape(-1, 2)

    @property
    def left_in_spool(self) -> list[str]:
        return sorted(path.name for path in self.spool.iterdir())

    @property
    def archived(self) -> list[str]:
        files = (path for path in self.archive.rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self.archive)) for path in files)


@asynccontextmanager
async def running(recorder: Recorder) -> AsyncIterator[Recorder]:
    task = asyncio.create_task(recorder.run())
    try:
        yield recorder
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def ended(call: UUID = CALL, seconds: float = 10.0) -> EndedRecording:
    return EndedRecording(call, NOON, NOON - timedelta(seconds=seconds), NOON)


async def test_the_caller_is_on_the_left_and_the_agent_on_the_right(desk: Desk) -> None:
    desk.write(Side.CALLER, 10, value=100)
    desk.write(Side.AGENT, 10, value=-7)

    await desk.finalise(ended())

    assert desk.heard().shape == (80_000, 2)
    assert (desk.heard() == [100, -7]).all()
    assert desk.index.rows[CALL].state is S.FINALISED


async def test_the_mono_files_go_when_the_recording_is_indexed(desk: Desk) -> None:
    desk.write(Side.CALLER, 10)
    desk.write(Side.AGENT, 10)

    await desk.finalise(ended())

    assert desk.left_in_spool == []
    assert desk.archived == [STORED]


async def test_the_shorter_side_ends_in_silence(desk: Desk) -> None:
    desk.write(Side.CALLER, 10, value=5)
    desk.write(Side.AGENT, 9.5, value=6)

    await desk.finalise(ended())

    assert (desk.heard()[76_000:] == [5, 0]).all()


async def test_a_killed_file_is_taken_once_it_is_quiet(desk: Desk) -> None:
    desk.write_killed(Side.CALLER, 8.2, value=3)
    desk.write_killed(Side.AGENT, 8.2, value=4)

    await desk.finalise(ended())

    row = desk.index.rows[CALL]
    assert (row.state, row.reasons) == (S.SHORT, (R.TRUNCATED, R.HEADER_REPAIRED))
    assert row.seconds == pytest.approx(8.2)
    assert desk.clock.passed > 3
    assert (desk.heard() == [3, 4]).all()


async def test_a_file_that_still_grows_is_left_alone(desk: Desk) -> None:
    path = desk.write_killed(Side.CALLER, 8)

    async def sleep_while_asterisk_writes(seconds: float) -> None:
        await desk.clock.sleep(seconds)
        desk.touch(path)

    desk.options = replace(desk.options, sleep=sleep_while_asterisk_writes)

    await desk.finalise(ended())

    assert desk.index.flags == [(CALL, S.EXPECTED, R.STILL_GROWING)]
    assert desk.left_in_spool == [path.name]


async def test_a_call_without_files_is_flagged(desk: Desk) -> None:
    await desk.finalise(ended())

    assert desk.index.flags == [(CALL, S.MISSING, R.NO_FILE)]


async def test_a_lost_side_is_silent_and_the_other_is_kept(desk: Desk) -> None:
    desk.write(Side.AGENT, 10, value=9)

    await desk.finalise(ended())

    assert desk.index.rows[CALL].state is S.DAMAGED
    assert desk.index.rows[CALL].reasons == (R.ONE_SIDE_LOST, R.NO_FILE)
    assert (desk.heard() == [0, 9]).all()


@pytest.mark.parametrize(
    "content", [b"", new_header(8000, 1, 0)], ids=["no_bytes", "only_a_header"]
)
async def test_files_without_audio_are_flagged_and_go(desk: Desk, content: bytes) -> None:
    for side in Side:
        desk.write(side, 1).write_bytes(content)

    await desk.finalise(ended())

    assert desk.index.flags == [(CALL, S.MISSING, R.EMPTY)]
    assert desk.left_in_spool == []


@pytest.mark.parametrize(
    "content", [b"not audio", new_header(8000, 2, 8) + bytes(32)], ids=["no_wav", "stereo"]
)
async def test_what_cannot_be_read_is_flagged_and_set_aside(desk: Desk, content: bytes) -> None:
    for side in Side:
        desk.write(side, 1).write_bytes(content)

    await desk.finalise(ended())

    assert desk.index.flags == [(CALL, S.DAMAGED, R.UNREADABLE)]
    assert desk.left_in_spool == [f"set-aside-{CALL}-in.wav", f"set-aside-{CALL}-out.wav"]


async def test_a_link_in_place_of_a_recording_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(new_header(8000, 1, 8000) + bytes(16_000))
    for side in Side:
        (desk.spool / mono_name(CALL, side)).symlink_to(secret)

    await desk.finalise(ended())

    assert desk.index.flags == [(CALL, S.DAMAGED, R.UNSAFE_FILE)]
    assert desk.archived == []


async def test_a_pipe_in_place_of_a_recording_does_not_hang(desk: Desk) -> None:
    for side in Side:
        os.mkfifo(desk.spool / mono_name(CALL, side))

    await desk.finalise(ended())

    assert desk.index.flags == [(CALL, S.DAMAGED, R.UNSAFE_FILE)]


async def test_doing_it_again_gives_the_same_row_and_one_file(desk: Desk) -> None:
    desk.write(Side.CALLER, 10, value=1)
    desk.write(Side.AGENT, 10, value=2)
    await desk.finalise(ended())
    first = desk.index.rows.pop(CALL)

    desk.write(Side.CALLER, 10, value=1)
    desk.write(Side.AGENT, 10, value=2)
    await desk.finalise(ended())

    assert desk.index.rows[CALL] == first
    assert desk.archived == [STORED]


async def test_a_file_the_index_forgot_is_indexed_again(desk: Desk) -> None:
    desk.write(Side.CALLER, 10)
    desk.write(Side.AGENT, 10)
    await desk.finalise(ended())
    first = desk.index.rows.pop(CALL)

    await desk.finalise(ended())

    assert desk.index.rows[CALL] == replace(first, silent=None)  # it was not read again


async def test_a_mono_file_left_by_a_crash_does_not_replace_the_whole(desk: Desk) -> None:
    desk.write(Side.CALLER, 10, value=1)
    desk.write(Side.AGENT, 10, value=2)
    await desk.finalise(ended())
    desk.write(Side.AGENT, 10, value=2)

    await desk.finalise(ended(), is_swept=True)

    assert (desk.heard() == [1, 2]).all()
    assert desk.left_in_spool == []


async def test_an_interrupted_attempt_leaves_no_second_file(desk: Desk) -> None:
    desk.write(Side.CALLER, 10)
    desk.write(Side.AGENT, 10)
    folder = desk.archive / "2026/03/01"
    folder.mkdir(parents=True)
    (folder / f".{CALL}.wav.part").write_bytes(b"half")

    await desk.finalise(ended())

    assert desk.archived == [STORED]


async def test_nothing_is_removed_while_the_index_is_away(desk: Desk) -> None:
    desk.write(Side.CALLER, 10)
    desk.write(Side.AGENT, 10)
    desk.index.away_for = 10_000
    seen: list[list[str]] = []

    async def sleep_and_look(seconds: float) -> None:
        await desk.clock.sleep(seconds)
        seen.append(desk.left_in_spool)
        if len(seen) > 20:
            desk.index.away_for = 0

    desk.options = replace(desk.options, sleep=sleep_and_look)

    await desk.finalise(ended())

    assert all(len(files) == 2 for files in seen[:20])
    assert desk.index.rows[CALL].state is S.FINALISED


async def test_a_full_archive_keeps_the_mono_files_for_later(desk: Desk) -> None:
    desk.write(Side.CALLER, 10)
    desk.write(Side.AGENT, 10)
    desk.options = replace(desk.options, encoder=FullDisk())

    await desk.finalise(ended())

    assert desk.index.flags == [(CALL, S.EXPECTED, R.DISK_FULL)]
    assert desk.archived == []
    assert len(desk.left_in_spool) == 2


async def test_one_broken_call_does_not_stop_the_others(desk: Desk) -> None:
    desk.write(Side.CALLER, 10)
    desk.write(Side.AGENT, 10)
    desk.index.broken_for = {OTHER}
    desk.options = replace(desk.options, workers=1)

    await desk.finalise(ended(OTHER), ended())

    assert desk.index.rows[CALL].state is S.FINALISED


async def test_a_recorder_that_is_behind_leaves_calls_to_the_next_sweep(desk: Desk) -> None:
    desk.options = replace(desk.options, longest_queue=1)
    recorder = desk.recorder()

    assert [recorder.finalise(ended(call)) for call in (CALL, CALL, OTHER)] == [True, True, False]
    assert recorder.waiting == 1


async def test_a_sweep_takes_what_is_over_and_leaves_what_is_live(desk: Desk) -> None:
    unknown = UUID(int=7)
    for call in (CALL, OTHER, unknown):
        desk.write(Side.CALLER, 10, call=call)
        desk.write(Side.AGENT, 10, call=call)
    (desk.spool / "core.123").touch()
    known = {
        CALL: CallTimes(NOON, NOON - timedelta(seconds=10), NOON),
        OTHER: CallTimes(NOON, NOON, ended_at=None),
    }

    async def find(calls: Collection[UUID]) -> Mapping[UUID, CallTimes]:
        return {call: known[call] for call in calls if call in known}

    async with running(desk.recorder()) as recorder:
        swept = await recorder.sweep(find)
        await recorder.drain()

    assert (swept.taken, swept.live) == (1, 1)
    assert (swept.orphans, swept.strangers) == ((unknown,), ("core.123",))
    assert desk.index.rows.keys() == {CALL}
    assert len(desk.left_in_spool) == 5
