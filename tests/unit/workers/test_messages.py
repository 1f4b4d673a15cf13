import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from ari_app.domain.errors import Unavailable
from ari_app.domain.facts import MessageLeft
from ari_app.domain.message import Flaw, MessageName
from ari_app.domain.wav import CANONICAL_BYTES, new_header
from ari_app.workers.message_files import MessageFiles
from ari_app.workers.messages import CollectorOptions, MessageCollector, MessageSweep
from tests.fakes.message_index import KnownCall, MemoryMessages

CALL = UUID("6f0c1a52-7d0b-4f6e-9a53-3f1f0c8f2b11")
OTHER = UUID("0c2b7a10-8f3e-4f4f-8a55-d0a8f4f0b7aa")
NAME = MessageName(CALL, 6)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORED = f"messages/2026/03/01/{NAME}.wav"


class JumpingClock:
    """Time passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)


class Mailroom:
    """A collector with its folders, and what a test does to them."""

    def __init__(self, root: Path) -> None:
        self.left, self.archive = root / "messages", root / "archive"
        self.left.mkdir()
        self.archive.mkdir()
        self.clock, self.index = JumpingClock(), MemoryMessages()
        self.collector = self.start_anew()
        self.ended()

    def start_anew(self, longest_queue: int = 10) -> MessageCollector:
        options = CollectorOptions("front_desk", longest_queue, self.clock.sleep)
        files = MessageFiles(self.left, self.archive)
        self.collector = MessageCollector(files, self.index, self.index, self.clock, options)
        return self.collector

    def ended(self, call: UUID = CALL, *, mailbox: str | None = None) -> None:
        self.index.calls[call] = KnownCall(NOON - timedelta(minutes=2), NOON, mailbox=mailbox)

    def note(self, name: MessageName = NAME, seconds: float = 0.0, age: float = 0.0) -> None:
        """The flow's own fact; 0 seconds when the caller ended it by hanging up."""
        self.index.write(
            MessageLeft(
                call_id=name.call_id,
                arrived_at=NOON - timedelta(minutes=2),
                at=NOON - timedelta(seconds=age),
                message_id=name.id,
                mailbox="orders",
                name=str(name),
                seconds=seconds,
                caller="13900000001",
                language="en",
            )
        )

    def leave(self, seconds: float, level: int = 3000, *, name: MessageName = NAME) -> Path:
        """A file Asterisk has closed."""
        audio = buzz(seconds, level)
        return self._store(name, new_header(8000, 1, len(audio) // 2) + audio)

    def leave_killed(self, seconds: float, age: float = 0.0) -> Path:
        """A file Asterisk never closed, last written to `age` seconds ago."""
        header = bytearray(new_header(8000, 1, 0))
        header[4:8] = header[40:44] = bytes(4)
        return self._store(NAME, bytes(header) + buzz(seconds, 3000), age)

    def _store(self, name: MessageName, content: bytes, age: float = 0.0) -> Path:
        path = self.left / name.file
        path.write_bytes(content)
        moment = self.clock.now().timestamp() - age
        os.utime(path, (moment, moment))
        return path

    async def collect(self, *calls: UUID) -> None:
        async with running(self.collector):
            for call in calls or (CALL,):
                assert self.collector.collect(call)
            await self.collector.drain()

    async def sweep(self) -> MessageSweep:
        async with running(self.collector):
            swept = await self.collector.sweep()
            await self.collector.drain()
        return swept

    @property
    def lying_there(self) -> list[str]:
        return sorted(path.name for path in self.left.iterdir())

    @property
    def archived(self) -> list[str]:
        files = (path for path in self.archive.rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self.archive)) for path in files)


def buzz(seconds: float, level: int) -> bytes:
    samples = np.full(round(seconds * 8000), level, "<i2")
    samples[::2] *= -1
    return samples.tobytes()


@asynccontextmanager
async def running(collector: MessageCollector) -> AsyncIterator[None]:
    task = asyncio.create_task(collector.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return Mailroom(tmp_path)


# ---- what flows took ----


async def test_a_message_moves_into_the_archive_under_the_day_of_its_call(room: Mailroom) -> None:
    room.note()
    written = room.leave(5).read_bytes()

    await room.collect()

    assert room.archived == [STORED]
    assert (room.archive / STORED).read_bytes() == written
    assert room.lying_there == []
    assert room.index.files[NAME.id].path == STORED


async def test_the_length_comes_from_the_file_when_the_caller_hung_up(room: Mailroom) -> None:
    room.note(seconds=0.0)
    room.leave(7.5)

    await room.collect()

    kept = room.index.files[NAME.id]
    assert (kept.seconds, kept.flaw) == (7.5, None)
    assert kept.bytes == CANONICAL_BYTES + 7.5 * 16_000


async def test_two_messages_of_one_call_are_both_kept(room: Mailroom) -> None:
    names = [MessageName(CALL, 3), MessageName(CALL, 6)]
    for name in names:
        room.note(name)
        room.leave(2, name=name)

    await room.collect()

    assert set(room.index.files) == {name.id for name in names}


async def test_a_message_that_cannot_be_kept_does_not_stop_the_other(room: Mailroom) -> None:
    first, second = MessageName(CALL, 1), MessageName(CALL, 2)
    for name in (first, second):
        room.note(name)
        room.leave(2, name=name)
    (room.archive / "messages/2026/03/01").mkdir(parents=True)
    (room.archive / first.kept_at(NOON)).mkdir()

    await room.collect()

    assert set(room.index.files) == {second.id}
    assert room.lying_there == [first.file]


async def test_files_of_other_calls_are_not_touched(room: Mailroom) -> None:
    room.leave(2, name=MessageName(OTHER, 1))

    await room.collect()

    assert room.lying_there == [f"{OTHER}-1.wav"]


# ---- when there is nothing to hear ----


@pytest.mark.parametrize(
    ("seconds", "level", "flaw"),
    [
        (0.9, 3000, Flaw.TOO_BRIEF),
        (1.0, 3000, None),
        (20, 0, Flaw.SILENT),
        (20, 60, Flaw.SILENT),  # the noise of a line
        (20, 100, None),  # a whisper
    ],
)
async def test_empty_messages_are_kept_and_marked(
    room: Mailroom, seconds: float, level: int, flaw: Flaw | None
) -> None:
    room.note()
    room.leave(seconds, level)

    await room.collect()

    assert room.index.files[NAME.id].flaw == flaw
    assert room.archived == [STORED]
    assert room.index.calls[CALL].has_message == (flaw is None)


@pytest.mark.parametrize("content", [b"", new_header(8000, 1, 0)])
async def test_a_file_without_audio_is_marked_and_goes(room: Mailroom, content: bytes) -> None:
    room.note()
    path = room.leave(0)
    path.write_bytes(content)
    os.utime(path, (0, 0))

    await room.collect()

    assert room.index.flags == {NAME.id: Flaw.TOO_BRIEF}
    assert (room.lying_there, room.archived) == ([], [])


async def test_what_cannot_be_read_is_set_aside(room: Mailroom) -> None:
    room.note()
    path = room.leave(0)
    path.write_bytes(b"no audio at all")
    os.utime(path, (0, 0))

    await room.collect()

    assert room.index.flags == {NAME.id: Flaw.UNREADABLE}
    assert room.lying_there == [f"set-aside-{NAME.file}"]


async def test_a_link_is_set_aside_and_never_followed(room: Mailroom, tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_bytes(new_header(8000, 1, 16_000) + buzz(2, 3000))
    room.note()
    (room.left / NAME.file).symlink_to(outside)

    await room.collect()

    assert room.index.flags == {NAME.id: Flaw.UNREADABLE}
    assert (room.archived, outside.exists()) == ([], True)


# ---- when Asterisk is not done, or died ----


async def test_a_file_that_is_being_written_is_left_alone(room: Mailroom) -> None:
    room.note()
    path = room.leave_killed(5)

    await room.collect()

    assert (room.lying_there, room.archived) == ([path.name], [])
    assert room.clock.passed < 2


async def test_a_file_nobody_closes_is_repaired_once_it_is_quiet(room: Mailroom) -> None:
    room.note()
    room.leave_killed(5, age=31)

    await room.collect()

    kept = room.archive / room.index.files[NAME.id].path
    assert kept.read_bytes() == new_header(8000, 1, 40_000) + buzz(5, 3000)


# ---- what the fallback dialplan took ----


async def test_a_message_the_fallback_took_gets_its_row(room: Mailroom) -> None:
    room.leave(4)

    await room.sweep()

    row = room.index.rows[NAME.id]
    assert (row.mailbox, row.caller, row.seconds) == ("front_desk", "13900000001", 4.0)
    assert (row.at, row.name) == (NOON, str(NAME))
    assert room.index.files[NAME.id].path == STORED
    assert room.index.calls[CALL].has_message


async def test_the_mailbox_is_the_one_the_caller_had_reached(room: Mailroom) -> None:
    room.ended(mailbox="orders")
    room.leave(4)

    await room.sweep()

    assert room.index.rows[NAME.id].mailbox == "orders"


async def test_a_call_that_goes_on_may_still_be_recording(room: Mailroom) -> None:
    room.index.calls[CALL].ended_at = None
    room.leave(4)

    swept = await room.sweep()

    assert swept == MessageSweep(live=1)
    assert room.lying_there == [NAME.file]


async def test_files_of_nobody_are_kept_and_told_of(room: Mailroom) -> None:
    room.leave(4, name=MessageName(OTHER, 1))
    (room.left / f"{CALL}-01.wav").touch()

    swept = await room.sweep()

    assert swept == MessageSweep(orphans=(f"{OTHER}-1.wav",), strangers=(f"{CALL}-01.wav",))
    assert len(room.lying_there) == 2


# ---- rows without a file ----


async def test_a_row_whose_file_never_comes_is_flagged(room: Mailroom) -> None:
    room.note(age=599)
    assert (await room.sweep()).lost == 0
    room.clock.passed += 1

    assert (await room.sweep()).lost == 1

    assert room.index.flags == {NAME.id: Flaw.NO_FILE}


async def test_a_file_that_comes_late_takes_the_flag_away(room: Mailroom) -> None:
    room.note(age=3600)
    await room.sweep()
    room.leave(4)

    await room.sweep()

    assert room.index.flags == {}
    assert room.index.files[NAME.id].flaw is None


async def test_a_row_that_forgot_its_file_finds_it_in_the_archive(room: Mailroom) -> None:
    room.note(age=3600)
    room.leave(4)
    await room.collect()
    before = room.index.files.pop(NAME.id)

    swept = await room.sweep()

    assert swept.lost == 0
    assert room.index.files[NAME.id] == before


# ---- when others are away ----


@pytest.mark.parametrize("questions", [1, 2, 3])
async def test_what_the_index_could_not_take_the_next_sweep_finishes(
    room: Mailroom, questions: int
) -> None:
    room.leave(4)
    for answered in range(questions):
        room.index.away_for = 0
        await refuse_after(room, answered)

    room.index.away_for = 0
    await room.sweep()

    assert list(room.index.rows) == list(room.index.files) == [NAME.id]
    assert (room.archived, room.lying_there) == ([STORED], [])


async def refuse_after(room: Mailroom, answered: int) -> None:
    """One round in which the index goes away after so many answers."""
    counting = iter(range(answered))

    def answer() -> None:
        if next(counting, None) is None:
            raise Unavailable("PostgreSQL")

    room.index._answer = answer  # type: ignore[method-assign]
    try:
        await room.collect()
    finally:
        del room.index._answer


async def test_a_sweep_says_that_the_folder_is_gone(room: Mailroom) -> None:
    room.left.rmdir()

    with pytest.raises(Unavailable, match="messages"):
        await room.sweep()


async def test_asking_never_waits_even_when_the_queue_is_full(room: Mailroom) -> None:
    collector = room.start_anew(longest_queue=1)

    assert collector.collect(CALL)
    assert collector.collect(CALL)
    assert not collector.collect(OTHER)
    assert collector.waiting == 1
