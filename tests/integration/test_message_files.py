"""Messages with real files, a real database, and processes that die."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import numpy as np
import pytest
import soundfile

from ari_app.domain.call_end import EndedCall
from ari_app.domain.facts import (
    CallArrived,
    CallEnded,
    CallPlaced,
    EndReason,
    Fact,
    MessageLeft,
    Outcome,
    PlaceKind,
)
from ari_app.domain.message import Flaw, MessageName
from ari_app.domain.wav import new_header
from ari_app.store import calls, messages
from ari_app.store.db import Connection, Db, connector
from ari_app.store.journal import Journal
from ari_app.workers.message_files import MessageFiles
from ari_app.workers.message_index import StoredMessages
from ari_app.workers.messages import MessageCollector

T = TypeVar("T")
CALL = UUID("6f0c1a52-7d0b-4f6e-9a53-3f1f0c8f2b11")
NAME = MessageName(CALL, 6)
ARRIVED = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENDED = ARRIVED + timedelta(minutes=2)
STORED = f"messages/2026/03/01/{NAME}.wav"
KEY: dict[str, Any] = {"call_id": CALL, "arrived_at": ARRIVED}


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


class Mailroom:
    """A running collector over one database and one folder."""

    def __init__(self, url: str, root: Path) -> None:
        self.url, self.root = url, root
        self.journal = Journal(connector(url), root / "journal", lease=None)
        files = MessageFiles(root / "messages", root / "archive")
        index = StoredMessages(self.ask, "node1")
        self.collector = MessageCollector(files, index, self.journal, RealClock())

    async def ask(self, question: Callable[[Db], Awaitable[T]]) -> T:
        connection: Connection = await asyncpg.connect(self.url)
        try:
            return await question(connection)
        finally:
            await connection.close()

    async def write(self, *facts: Fact) -> None:
        self.journal.write(*facts)
        async with asyncio.timeout(10):
            while self.journal.state.pending or self.journal.state.spooled:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def collect(self) -> None:
        assert self.collector.collect(CALL)
        await self.collector.drain()

    async def sweep(self) -> None:
        await self.collector.sweep()
        await self.collector.drain()

    async def messages(self) -> list[messages.Message]:
        return await self.ask(lambda db: messages.of_call(db, CALL))

    async def unheard(self) -> list[str]:
        found = await self.ask(lambda db: messages.unheard(db, "hotline"))
        return [message.name for message in found]

    async def outcome(self) -> str | None:
        return (await self.ask(lambda db: calls.find(db, CALL))).outcome

    @property
    def archived(self) -> list[str]:
        files = (path for path in (self.root / "archive").rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self.root / "archive")) for path in files)

    @property
    def lying_there(self) -> list[str]:
        return sorted(path.name for path in (self.root / "messages").iterdir())


@asynccontextmanager
async def a_mailroom(url: str, root: Path) -> AsyncIterator[Mailroom]:
    room = Mailroom(url, root)
    tasks = [asyncio.create_task(part.run()) for part in (room.journal, room.collector)]
    try:
        yield room
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("messages", "archive", "journal"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
async def room(database_url: str, root: Path) -> AsyncIterator[Mailroom]:
    async with a_mailroom(database_url, root) as made:
        yield made


def leave(root: Path, seconds: float, level: int = 5000) -> bytes:
    """A closed file with a tone of this amplitude; its content."""
    at = np.arange(round(seconds * 8000)) / 8000
    audio = np.round(level * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes()
    content = new_header(8000, 1, len(audio) // 2) + audio
    (root / "messages" / NAME.file).write_bytes(content)
    return content


ARRIVAL = CallArrived(
    **KEY, at=ARRIVED, node="node1", caller="13900000001", dialled="95001", flow="hotline",
    language="en", tier="normal",
)  # fmt: skip
LEFT = MessageLeft(
    **KEY, at=ENDED, message_id=NAME.id, mailbox="hotline", name=str(NAME), seconds=0.0,
    caller="13900000001", language="en",
)  # fmt: skip
PLACE = CallPlaced(
    **KEY, at=ARRIVED, step=7, node="node1", kind=PlaceKind.MAILBOX, flow="hotline",
    flow_version="1", flow_node="message", state={"mailbox": "orders", "recording": str(NAME)},
)  # fmt: skip


def ended(outcome: Outcome = Outcome.LEFT_MESSAGE) -> CallEnded:
    return CallEnded(**KEY, at=ENDED, outcome=outcome, end_reason=EndReason.CALLER_HUNG_UP)


async def close_from_dialplan(room: Mailroom, *, outcome: str = "") -> None:
    """As agi/handlers/call_ended.py does, also for calls the engine never saw."""
    row = EndedCall(CALL, ARRIVED, ENDED, "13900000001", "95001", "carrier", None, "hotline", 16,
                    "gate", outcome)  # fmt: skip
    await room.ask(lambda db: calls.note_ended(db, row))


# ---- what flows took ----


async def test_the_row_says_what_the_file_says(room: Mailroom) -> None:
    await room.write(ARRIVAL, LEFT, ended())
    content = leave(room.root, 7.5)

    await room.collect()

    [message] = await room.messages()
    kept = room.root / "archive" / STORED
    assert (message.path, message.seconds, message.flaw) == (STORED, 7.5, None)
    assert hashlib.sha256(kept.read_bytes()).digest() == hashlib.sha256(content).digest()
    assert soundfile.info(kept).duration == 7.5
    assert kept.stat().st_mode & 0o777 == 0o640
    assert room.lying_there == []


async def test_agents_are_offered_a_message_once_it_can_be_heard(room: Mailroom) -> None:
    await room.write(ARRIVAL, LEFT, ended())
    assert await room.unheard() == []
    leave(room.root, 2)

    await room.collect()

    assert await room.unheard() == [str(NAME)]


@pytest.mark.parametrize(
    ("seconds", "level", "flaw"), [(0.5, 5000, Flaw.TOO_BRIEF), (9, 20, Flaw.SILENT)]
)
async def test_agents_are_not_offered_empty_messages(
    room: Mailroom, seconds: float, level: int, flaw: Flaw
) -> None:
    await room.write(ARRIVAL, LEFT, ended())
    leave(room.root, seconds, level)

    await room.collect()

    [message] = await room.messages()
    assert (message.flaw, message.seconds) == (flaw, seconds)
    assert await room.unheard() == []


async def test_a_message_that_never_got_a_file_says_so(room: Mailroom) -> None:
    await room.write(ARRIVAL, LEFT, ended())

    await room.sweep()

    [message] = await room.messages()
    assert (message.path, message.flaw) == (None, Flaw.NO_FILE)


async def test_a_row_of_another_node_is_not_missed_here(room: Mailroom) -> None:
    await room.write(ARRIVAL, LEFT, ended())
    await room.ask(lambda db: db.execute("UPDATE call SET node = 'node2'"))

    await room.sweep()

    assert [message.flaw for message in await room.messages()] == [None]


# ---- what the fallback dialplan took ----


async def test_a_call_that_only_asterisk_served_has_its_message(room: Mailroom) -> None:
    await close_from_dialplan(room)
    assert await room.outcome() == "fallback"
    leave(room.root, 3)

    await room.sweep()

    [message] = await room.messages()
    assert (message.id, message.mailbox) == (NAME.id, "hotline")
    assert (message.caller, message.language) == ("13900000001", "zh")
    assert (message.left_at, message.seconds, message.path) == (ENDED, 3.0, STORED)
    assert await room.outcome() == "left_message"


@pytest.mark.parametrize(
    ("before", "after"),
    [("abandoned", "left_message"), ("failed", "left_message"), ("talked", "talked")],
)
async def test_the_outcome_is_the_furthest_thing_reached(
    room: Mailroom, before: str, after: str
) -> None:
    await room.write(ARRIVAL, ended(Outcome(before)))
    leave(room.root, 3)

    await room.sweep()

    assert await room.outcome() == after


async def test_a_silent_message_is_no_outcome(room: Mailroom) -> None:
    await close_from_dialplan(room)
    leave(room.root, 3, level=0)

    await room.sweep()

    assert await room.outcome() == "fallback"
    assert [message.flaw for message in await room.messages()] == [Flaw.SILENT]


async def test_a_flow_that_died_while_it_recorded_loses_nothing(room: Mailroom) -> None:
    await room.write(ARRIVAL, PLACE)
    await close_from_dialplan(room)
    leave(room.root, 3)

    await room.sweep()

    assert [message.mailbox for message in await room.messages()] == ["orders"]


async def test_sweeping_again_changes_nothing(room: Mailroom) -> None:
    await close_from_dialplan(room)
    leave(room.root, 3)
    await room.sweep()
    before = await room.messages()

    await room.sweep()

    assert await room.messages() == before
    assert room.archived == [STORED]


# ---- dying ----

# What a process does before it dies at the named point; database and files outlive it.
DYING = """
import asyncio, os, sys
from pathlib import Path
from ari_app.workers import message_files
from ari_app.workers.message_index import StoredMessages
from tests.integration import test_message_files as tests

url, root, point = sys.argv[1], Path(sys.argv[2]), sys.argv[3]

def die(*_):
    os._exit(9)

class DyingIndex(StoredMessages):
    async def attach(self, message, kept):
        if point == "archived":
            die()
        await super().attach(message, kept)
        if point == "attached":
            die()

def half_a_file(mono):
    yield b"RIFF"
    die()

async def main():
    async with tests.a_mailroom(url, root) as room:
        room.collector._index = DyingIndex(room.ask, "node1")
        if point == "written_down":
            message_files.MessageFiles.keep = die
        if point == "writing":
            message_files._whole_file = half_a_file
        if point == "clearing":
            message_files.MessageFiles.remove = die
        await room.sweep()

asyncio.run(main())
"""


@pytest.mark.parametrize("point", ["written_down", "writing", "archived", "attached", "clearing"])
async def test_dying_at_any_point_and_sweeping_again_gives_one_row_and_one_file(
    database_url: str, root: Path, point: str
) -> None:
    content = leave(root, 3)
    async with a_mailroom(database_url, root) as room:
        await close_from_dialplan(room)
    died = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DYING, database_url, str(root), point)
    )
    assert await died.wait() == 9
    assert (root / "messages" / NAME.file).exists()

    async with a_mailroom(database_url, root) as room:
        await room.sweep()

        [message] = await room.messages()
        assert (message.id, message.path, message.seconds) == (NAME.id, STORED, 3.0)
        assert (room.archived, room.lying_there) == ([STORED], [])
        assert (root / "archive" / STORED).read_bytes() == content
        assert await room.outcome() == "left_message"
