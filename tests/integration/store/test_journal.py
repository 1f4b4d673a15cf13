import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from ari_app.domain import facts as f
from ari_app.domain.errors import Conflict, Fenced, Unavailable
from ari_app.lab.lab import until
from ari_app.site.postgres import Postgres
from ari_app.store import fact_writer, lease, seed
from ari_app.store.db import Connection, connector
from ari_app.store.journal import LINGER, Journal
from ari_app.store.spool import Spool
from tests.integration.frozen import stopped
from tests.integration.store.story import Story, moved

MINUTE = timedelta(minutes=1)
SLOW_CALLS = (
    "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$",
    "CREATE TRIGGER slowly BEFORE INSERT ON call FOR EACH ROW EXECUTE FUNCTION slowly()",
)
NOWHERE = "postgresql://nobody@127.0.0.1:9/none"


@pytest.fixture
async def ready_url(database_url: str) -> str:
    """A database with sample agents and a lease that this process holds."""
    connection: Connection = await asyncpg.connect(database_url)
    await seed.seed(connection)
    await lease.take(connection, "dispatcher", holder="us", valid=MINUTE)
    await connection.close()
    return database_url


OURS = lease.Lease("dispatcher", "us", 1)


@asynccontextmanager
async def running(url: str, folder: Path) -> AsyncIterator[Journal]:
    journal = Journal(connector(url), folder, lease=OURS)
    task = asyncio.create_task(journal.run())
    await asyncio.sleep(0)
    try:
        if url != NOWHERE:
            await drained(journal)
        yield journal
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ask(url: str, query: str) -> list[asyncpg.Record]:
    connection: Connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


async def count(url: str, table: str) -> int:
    return int((await ask(url, f"SELECT count(*) FROM {table}"))[0][0])


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def drained(journal: Journal) -> None:
    for _ in range(2000):
        if journal.state.away_since is None and not journal.state.spooled:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(journal.state)


@contextmanager
def frozen(server: Postgres) -> Iterator[None]:
    """Every process of the cluster stops, connections stay open and silent."""
    with stopped(family(server)):
        yield


@contextmanager
def nothing_flushed(server: Postgres) -> Iterator[None]:
    """Only what a transaction waits for reaches the disk."""
    with stopped([pid for pid in family(server) if b"walwriter" in _title(pid)]):
        yield


async def crash(server: Postgres) -> None:
    """All of the cluster at once, the parent first."""
    pids = family(server)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)

    async def ended() -> bool:
        return not any(os.path.exists(f"/proc/{pid}") for pid in pids)  # noqa: ASYNC240

    await until(ended, 5, "all of it has ended")


def family(server: Postgres) -> list[int]:
    parent = server.pid
    assert parent is not None
    children = [
        int(stat.split()[0])
        for stat in _stats()
        if int(stat.rpartition(")")[2].split()[1]) == parent
    ]
    return [parent, *children]


def _stats() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield path.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue


def _title(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


async def write_steadily(journal: Journal, stories: list[Story]) -> float:
    """One story after the other; the longest any of them took to be safe, in seconds."""
    longest = 0.0
    for story in stories:
        begun = time.monotonic()
        journal.write(story.arrived(), story.happened(f.EventType.ARRIVED), story.ended())
        await journal.durable()
        longest = max(longest, time.monotonic() - begun)
        await asyncio.sleep(0.01)
    return longest


async def test_what_is_durable_is_in_postgres(ready_url: str, tmp_path: Path) -> None:
    async with running(ready_url, tmp_path) as journal:
        journal.write(*Story().talked())
        await journal.durable()

        assert await count(ready_url, "call WHERE outcome = 'talked'") == 1
    assert files_in(tmp_path) == []


async def test_what_is_committed_is_seen_by_others_and_soon_on_the_disk(
    ready_url: str, tmp_path: Path
) -> None:
    story = Story()
    async with running(ready_url, tmp_path) as journal:
        journal.write(story.arrived())
        await journal.committed()
        assert journal.state.pending == 1
        assert await count(ready_url, "call") == 1

        await journal.durable()
        assert journal.state.pending == 0


async def test_what_nobody_waits_for_any_more_is_flushed_after_a_moment(
    ready_url: str, tmp_path: Path
) -> None:
    async with running(ready_url, tmp_path) as journal:
        journal.write(Story().arrived())
        await journal.committed()

        await asyncio.sleep(LINGER * 3)
        assert journal.state.pending == 0


async def test_who_waits_for_the_disk_does_not_wait_for_all_who_do_not(
    ready_url: str, tmp_path: Path
) -> None:
    done = asyncio.Event()

    async def hurry(journal: Journal, delay: float) -> None:
        await asyncio.sleep(delay)
        while not done.is_set():
            journal.write(Story().arrived())
            await journal.committed()

    async with running(ready_url, tmp_path) as journal, asyncio.TaskGroup() as group:
        for n in range(20):  # so many that one of them always waits
            group.create_task(hurry(journal, n / 1000))
        await asyncio.sleep(0.2)
        for _ in range(10):
            journal.write(Story().arrived())
            await asyncio.wait_for(journal.durable(), 1.0)
        done.set()


async def test_a_flush_reaches_the_disk(
    ready_url: str, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL itself waits for no transaction that has written nothing."""
    flushed = "SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn()"
    monkeypatch.setattr("ari_app.store.journal.LINGER", 60.0)  # no flush of its own accord
    async with running(ready_url, tmp_path) as journal:
        with nothing_flushed(postgres):
            journal.write(Story().arrived())
            await journal.committed()
            assert not (await ask(ready_url, flushed))[0][0]

            await journal.durable()
            assert (await ask(ready_url, flushed))[0][0]


async def test_what_postgres_lost_in_a_crash_is_written_again(
    ready_url: str, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story()
    monkeypatch.setattr("ari_app.store.journal.LINGER", 60.0)  # no flush of its own accord
    async with running(ready_url, tmp_path) as journal:
        with nothing_flushed(postgres):
            journal.write(story.arrived(), story.happened(f.EventType.ARRIVED))
            await journal.committed()
            await crash(postgres)
        await postgres.start()
        await drained(journal)
        await journal.durable()

    assert await count(ready_url, "call") == 1
    assert await count(ready_url, "call_event") == 1


async def test_many_writers_share_one_commit(ready_url: str, tmp_path: Path) -> None:
    async with running(ready_url, tmp_path) as journal:
        await asyncio.gather(*(journal.record(Story().arrived()) for _ in range(500)))

        assert await count(ready_url, "call") == 500


async def test_what_one_turn_of_the_loop_writes_is_one_transaction(
    ready_url: str, tmp_path: Path
) -> None:
    story = Story()
    loop = asyncio.get_running_loop()

    async with running(ready_url, tmp_path) as journal:
        committed: list[Awaitable[None]] = []
        loop.call_soon(journal.write, story.arrived())
        loop.call_soon(lambda: committed.append(journal.committed()))  # begins with the next turn
        loop.call_soon(journal.write, story.happened(f.EventType.ARRIVED))
        await asyncio.sleep(0)
        await committed[0]

    (row,) = await ask(ready_url, "SELECT call.xmin = call_event.xmin FROM call, call_event")
    assert row[0]


async def test_what_is_asked_to_be_committed_is_even_when_nobody_waits(
    ready_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ari_app.store.journal.LINGER", 60.0)

    async with running(ready_url, tmp_path) as journal:
        journal.write(Story().arrived())
        asked = journal.committed()
        await asyncio.sleep(0.5)

        assert await count(ready_url, "call") == 1
        await asked


async def test_moves_of_several_agents_in_one_batch_leave_the_last_of_each_and_all_as_history(
    ready_url: str, tmp_path: Path
) -> None:
    moves = [
        (1001, 2, "wrap_up"), (1002, 1, "ready"), (1001, 3, "ready"),
        (1001, 1, "talking"), (1002, 2, "paused"),
    ]  # fmt: skip

    async with running(ready_url, tmp_path) as journal:
        journal.write(*(moved(*move) for move in moves))
        await journal.durable()

    now = await ask(ready_url, "SELECT agent_id, version, state FROM agent_presence ORDER BY 1")
    was = await ask(ready_url, "SELECT agent_id, version, state FROM agent_state")
    assert [tuple(row) for row in now] == [(1001, 3, "ready"), (1002, 2, "paused")]
    assert sorted(tuple(row) for row in was) == sorted(moves)


async def test_what_nobody_waits_for_shares_a_transaction_with_what_comes_soon(
    ready_url: str, tmp_path: Path
) -> None:
    async with running(ready_url, tmp_path) as journal:
        for seat in (1001, 1002, 1003):
            journal.write(moved(seat, 1, "ready"))
            await asyncio.sleep(LINGER / 10)
        await journal.durable()

    rows = await ask(ready_url, "SELECT DISTINCT xmin::text FROM agent_state")
    assert len(rows) == 1


async def test_who_waits_does_not_wait_for_what_comes_soon(ready_url: str, tmp_path: Path) -> None:
    async with running(ready_url, tmp_path) as journal:
        journal.write(moved(1001, 1, "ready"))
        await asyncio.sleep(LINGER / 10)
        began = time.monotonic()
        await journal.durable()

    assert time.monotonic() - began < LINGER * 0.8


async def test_writing_goes_on_while_postgres_is_stopped(
    ready_url: str, postgres: Postgres, tmp_path: Path
) -> None:
    stories = [Story() for _ in range(60)]
    async with running(ready_url, tmp_path) as journal:
        await write_steadily(journal, stories[:20])
        await postgres.stop()
        longest = await write_steadily(journal, stories[20:40])
        spooled = journal.state.spooled
        await postgres.start()
        await write_steadily(journal, stories[40:])
        await drained(journal)

    assert longest < 1.5
    assert spooled == 60
    assert await count(ready_url, "call WHERE closed_by = 'engine'") == 60
    assert await count(ready_url, "call_event") == 60
    assert await count(ready_url, "spool_mark") == 0
    assert files_in(tmp_path) == []


async def test_a_frozen_postgres_is_left_within_a_second(
    ready_url: str, postgres: Postgres, tmp_path: Path
) -> None:
    stories = [Story() for _ in range(30)]
    async with running(ready_url, tmp_path) as journal:
        await write_steadily(journal, stories[:10])
        with frozen(postgres):
            longest = await write_steadily(journal, stories[10:20])
        await write_steadily(journal, stories[20:])
        await drained(journal)

    assert longest < 2.0
    assert await count(ready_url, "call WHERE closed_by = 'engine'") == 30


async def test_losing_the_connection_again_and_again_loses_and_doubles_nothing(
    ready_url: str, tmp_path: Path
) -> None:
    stories = [Story() for _ in range(60)]

    async def cut() -> None:
        while True:
            await ask(
                ready_url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            await asyncio.sleep(0.1)

    async with running(ready_url, tmp_path) as journal:
        cutting = asyncio.create_task(cut())
        await write_steadily(journal, stories)
        cutting.cancel()
        await asyncio.wait({cutting})
        await drained(journal)

    assert await count(ready_url, "call WHERE closed_by = 'engine'") == 60
    assert await count(ready_url, "call_event") == 60


async def test_what_is_pending_at_the_end_waits_for_the_next_process(
    ready_url: str, tmp_path: Path
) -> None:
    async with running(NOWHERE, tmp_path) as journal:
        journal.write(*Story().talked())
        assert journal.state.pending > 0

    async with running(ready_url, tmp_path) as journal:
        await drained(journal)

    assert await count(ready_url, "call WHERE outcome = 'talked'") == 1


async def test_dying_between_two_spooled_batches_repeats_none(
    ready_url: str, tmp_path: Path
) -> None:
    async with running(NOWHERE, tmp_path) as journal:
        journal.write(*(Story().arrived() for _ in range(450)))
        await journal.durable()
    dying = Spool(tmp_path)
    dying.open()
    first = dying.next(200)
    assert first is not None
    writer = fact_writer.FactWriter(await connector(ready_url)(), OURS)
    await writer.commit(first.facts, fact_writer.Mark(first.spool, first.last_line))
    dying.close()

    heir = Spool(tmp_path)
    heir.open()
    heir.skip(await writer.marks(heir.ids))
    writer.close()
    again = heir.next(200)
    assert again is not None
    heir.done(again)
    fresh = heir.next(200)
    heir.close()

    assert fresh is not None
    assert (len(again.facts), len(fresh.facts)) == (0, 200)


async def test_a_poisoned_fact_is_set_aside_and_the_rest_is_written(
    ready_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    story = Story()
    async with running(ready_url, tmp_path) as journal:
        journal.write(
            story.arrived(),
            moved(4711, 1, "ready"),
            story.happened(f.EventType.JOINED, 1, text="a\0b"),
            story.happened(f.EventType.JOINED, 2, text="\ud800"),
            moved(1001, 1, "asleep"),
            Story().ended(cause=70_000),
            story.ended(),
        )
        await journal.durable()

        assert journal.state.rejected == 5
    alarms = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.msg for record in alarms] == ["a fact was rejected"] * 5
    assert await count(ready_url, "call WHERE closed_by = 'engine'") == 1
    assert await count(ready_url, "rejected_fact") == 5


async def test_a_second_live_offer_is_a_conflict_for_whoever_made_it(
    ready_url: str, tmp_path: Path
) -> None:
    async with running(ready_url, tmp_path) as journal:
        await journal.record(Story().offer(1, 1001))

        with pytest.raises(Conflict):
            await journal.record(Story().offer(1, 1001))
        await journal.record(Story().offer(1, 1002))


async def test_losing_the_lease_ends_the_journal_for_good(ready_url: str, tmp_path: Path) -> None:
    journal = Journal(connector(ready_url), tmp_path, lease=OURS)
    task = asyncio.create_task(journal.run())
    await drained(journal)
    await journal.record(Story().arrived())
    await ask(ready_url, "UPDATE lease SET holder = 'them', fence = fence + 1 RETURNING fence")

    with pytest.raises(Fenced):
        await journal.record(Story().arrived())
    with pytest.raises(Fenced):
        journal.write(Story().arrived())
    with pytest.raises(Fenced):
        await task

    assert journal.state.is_fenced
    assert await count(ready_url, "call") == 1


async def test_what_was_spooled_by_a_fenced_process_reaches_its_heir(
    ready_url: str, tmp_path: Path
) -> None:
    async with running(NOWHERE, tmp_path) as journal:
        await journal.record(Story().arrived())
    await ask(ready_url, "UPDATE lease SET fence = 2 RETURNING fence")
    fenced = Journal(connector(ready_url), tmp_path, lease=OURS)
    with pytest.raises(Fenced):
        await fenced.run()
    heir = Journal(connector(ready_url), tmp_path, lease=lease.Lease("dispatcher", "heir", 2))
    task = asyncio.create_task(heir.run())

    await drained(heir)

    task.cancel()
    await asyncio.wait({task})
    assert await count(ready_url, "call") == 1


async def test_a_database_that_refuses_to_write_is_away(ready_url: str, tmp_path: Path) -> None:
    told: list[bool] = []
    async with running(ready_url, tmp_path) as journal:
        await drained(journal)
        journal.watch_away(told.append)
        await ask(ready_url, "ALTER TABLE call RENAME TO call_gone")
        await journal.record(Story().arrived())
        assert journal.state.spooled == 1
        assert told == [True]

        await ask(ready_url, "ALTER TABLE call_gone RENAME TO call")
        await drained(journal)

    assert await count(ready_url, "call") == 1
    assert told == [True, False]


async def test_a_database_slower_than_the_deadline_gets_every_fact_in_the_end(
    ready_url: str, tmp_path: Path
) -> None:
    async with running(ready_url, tmp_path) as journal:
        for statement in SLOW_CALLS:
            await ask(ready_url, statement.format(seconds=1.5 * fact_writer.DEADLINE))
        await journal.record(Story().arrived())
        await drained(journal)

    assert await count(ready_url, "call") == 1


async def test_a_full_journal_says_so(tmp_path: Path) -> None:
    journal = Journal(connector(NOWHERE), tmp_path, lease=None)
    facts = [Story().arrived()] * 50_000

    journal.write(*facts)

    assert journal.pressure == 1.0
    with pytest.raises(Unavailable):
        journal.write(facts[0])
