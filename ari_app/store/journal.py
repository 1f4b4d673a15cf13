"""The engine's one way to write facts: into PostgreSQL, or while it is away onto disk.

    direct  --commit fails-->  away: reconnect, spool after PATIENCE
    away    --connected----->  draining: spooled facts go in, new ones queue behind them on disk
    draining --spool empty-->  direct        (trouble in draining: away again)
    any     --fence lost---->  fenced: for good

All of it is one task, so facts reach PostgreSQL in the order they were written. Everything pending
is committed at once (group commit): at once for whoever waits, else after LINGER, for a commit
costs the same whatever is in it.

Who only needs others to see it, the next engine above all, does not wait for PostgreSQL's disk.
Such facts are kept until a later transaction has flushed them, within LINGER, and are written
again when PostgreSQL is lost before that.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from ari_app.domain.errors import Conflict, Fenced, Unavailable
from ari_app.domain.facts import Fact, encode
from ari_app.store.db import Connect
from ari_app.store.fact_writer import FactWriter, Mark, Rejection
from ari_app.store.lease import Lease
from ari_app.store.spool import Spool
from ari_app.store.waiters import Waiters

_log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 0.3  # seconds PostgreSQL may keep us waiting, where it did before, until we spool
LINGER = 0.1  # seconds in which facts that nobody waits for gather, and that a power cut may cost
BATCH = 200  # facts in one transaction: some 20 ms, which the next batch has to wait
FULL = 50_000  # facts in memory; reached only when PostgreSQL and the disk both fail
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between attempts to connect
REMEMBERED = 100  # rejections kept for those who ask


@dataclass(frozen=True, slots=True)
class JournalState:
    """For metrics. `pending` facts are on no disk yet, `spooled` ones on ours only."""

    pending: int
    spooled: int
    rejected: int
    last_commit: datetime | None
    away_since: datetime | None
    is_fenced: bool


class Journal:
    """`folder` is where facts wait on disk; `lease` is what every transaction is checked with."""

    def __init__(self, connect: Connect, folder: Path, *, lease: Lease | None) -> None:
        self._connect = connect
        self._lease = lease
        self._spool = Spool(folder)
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="journal-disk")
        self._writer: FactWriter | None = None
        self._failures = 0  # in a row
        self._pending: deque[Fact] = deque()
        self._unflushed: deque[Fact] = deque()  # committed before what is pending
        self._unflushed_since = 0.0  # of the oldest, on the loop's clock
        # How many facts so far: each of these never exceeds the one before it.
        self._written = 0
        self._committed = 0
        self._safe = 0
        self._for_commit = Waiters()
        self._for_disk = Waiters()
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()  # somebody waits for what is pending, or it is a batch
        self._rejections: deque[Rejection] = deque(maxlen=REMEMBERED)
        self._rejected = 0
        self._last_commit: datetime | None = None
        self._away_since: datetime | None = datetime.now(UTC)
        self._fenced: Fenced | None = None
        self._watchers: list[Callable[[Fact], object]] = []
        self._away_watchers: list[Callable[[bool], object]] = []

    def watch(self, told: Callable[[Fact], object]) -> None:
        """Called with each fact as it is written, before it is durable."""
        self._watchers.append(told)

    def watch_away(self, told: Callable[[bool], object]) -> None:
        """Called when PostgreSQL goes away (True) and when all there was is in it (False)."""
        self._away_watchers.append(told)

    @property
    def state(self) -> JournalState:
        return JournalState(
            pending=len(self._unflushed) + len(self._pending),
            spooled=self._spool.waiting,
            rejected=self._rejected,
            last_commit=self._last_commit,
            away_since=self._away_since,
            is_fenced=self._fenced is not None,
        )

    @property
    def pressure(self) -> float:
        """0 when nothing is pending, 1 when nothing more is taken. New work can wait above 0.5."""
        return len(self._pending) / FULL

    def write(self, *facts: Fact) -> None:
        """Takes facts in order and returns at once.

        Raises:
            Fenced: this process no longer may write.
            Unavailable: neither PostgreSQL nor the disk has taken anything for long.
        """
        if self._fenced:
            raise Fenced(str(self._fenced))
        if len(self._pending) + len(facts) > FULL:
            raise Unavailable("the journal is full")
        self._pending.extend(facts)
        self._written += len(facts)
        self._wake.set()
        if len(self._pending) >= BATCH:
            self._hurry.set()
        for told in self._watchers:
            for fact in facts:
                told(fact)

    def committed(self) -> Awaitable[None]:
        """Over when all written so far can be seen in PostgreSQL, or is on disk. Asking for it is
        enough to have it begun, whenever it is awaited: with the next turn of the loop, for what
        this turn still writes belongs to it. An offer is nothing without its caller's place.

        It survives the death of this process, or of PostgreSQL; both in the same tenth of a second,
        or a power cut, may cost it.

        Raises:
            Fenced: this process no longer may write; what is pending is lost.
        """
        return self._reached(self._for_commit, self._committed)

    async def durable(self) -> None:
        """Returns when all written so far is on PostgreSQL's disk, or on ours while it is away.

        Raises:
            Fenced: as in `committed`.
        """
        await self._reached(self._for_disk, self._safe)

    def _reached(self, waiters: Waiters, count: int) -> Awaitable[None]:
        if self._fenced:
            raise Fenced(str(self._fenced))
        if count < self._written:
            self._hurry.set()
            return waiters.until(self._written)
        there: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        there.set_result(None)
        return there

    async def record(self, *facts: Fact) -> None:
        """Writes and waits until it is durable.

        Raises:
            Conflict: PostgreSQL refused one of these facts (an agent has a live offer already).
            Fenced: as in `durable`.
        """
        self.write(*facts)
        await self.durable()
        for rejection in self._rejections:
            if any(rejection.fact is fact for fact in facts):
                raise Conflict(rejection.error)

    async def run(self) -> None:
        """Writes until cancelled; what is pending then goes to disk for the next process.

        Raises:
            Fenced: another process holds the lease now.
        """
        try:
            await self._on_disk(self._spool.open)
            while True:
                writer = await self._reach_postgres()
                with suppress(Unavailable):
                    await self._drain(writer)
                    await self._write_directly(writer)
        except Fenced as fenced:
            self._fence(fenced)
            raise
        finally:
            self._leave()

    async def _reach_postgres(self) -> FactWriter:
        """Spools what comes until there is a connection, unless that is there within PATIENCE.

        Connecting may work and committing not: then there is no more patience.
        """
        self._note_away(True)
        self._take_back()
        patience = PATIENCE if self._failures <= 1 else 0.0
        return await self._while_spooling(self._open_writer(), patience)

    async def _while_spooling(self, work: Coroutine[Any, Any, T], patience: float) -> T:
        """What comes goes to disk when the work takes longer than `patience` seconds."""
        task = asyncio.create_task(work, name="journal-postgres")
        task.add_done_callback(lambda _: self._wake.set())
        try:
            await asyncio.wait({task}, timeout=patience)
            while not task.done():
                await self._spool_pending()
                await self._wake.wait()
            return task.result()
        finally:
            task.cancel()

    async def _open_writer(self) -> FactWriter:
        while True:
            if self._failures:
                await asyncio.sleep(pause_after(self._failures) * random.uniform(0.5, 1.0))
            try:
                self._writer = FactWriter(await self._connect(), self._lease, self._failures)
                await self._writer.open()
                self._spool.skip(await self._writer.marks(self._spool.ids))
                return self._writer
            except Unavailable as error:
                self._failures += 1
                _log.debug("PostgreSQL is still away", extra={"error": str(error)})

    async def _drain(self, writer: FactWriter) -> None:
        while (batch := self._spool.next(BATCH)) is not None:
            if self._pending:
                await self._spool_pending()
            mark = Mark(batch.spool, batch.last_line)
            await self._while_spooling(self._commit(writer, batch.facts, mark), PATIENCE)
            if (finished := self._spool.done(batch)) is not None:
                _log.info("spool brought in", extra={"spool": str(finished)})
                await writer.forget(finished)
        if not (self._failures and self._pending):  # connecting works, committing may still not
            self._note_away(False)

    def _note_away(self, is_away: bool) -> None:
        if is_away == (self._away_since is not None):
            return
        self._away_since = datetime.now(UTC) if is_away else None
        for told in self._away_watchers:
            told(is_away)

    async def _write_directly(self, writer: FactWriter) -> None:
        while True:
            self._wake.clear()
            if not self._pending and not self._unflushed:
                await self._wake.wait()
            await self._linger()
            batch = list(islice(self._pending, BATCH))
            flush = not self._for_commit or self._is_flush_due()
            await self._commit(writer, batch, flush=flush)
            self._note_away(False)
            self._settle(len(batch), flushed=flush)

    async def _linger(self) -> None:
        self._hurry.clear()
        if self._for_commit or self._for_disk or len(self._pending) >= BATCH:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                await self._hurry.wait()

    def _is_flush_due(self) -> bool:
        """However many only wait for commits: who waits for the disk waits for two transactions."""
        if not self._unflushed:
            return False
        age = asyncio.get_running_loop().time() - self._unflushed_since
        return bool(self._for_disk) or age >= LINGER

    async def _commit(
        self,
        writer: FactWriter,
        facts: Sequence[Fact],
        mark: Mark | None = None,
        *,
        flush: bool = True,
    ) -> None:
        try:
            rejections = await writer.commit(facts, mark, self._failures, flush=flush)
        except Unavailable as error:
            self._failures += 1
            _log.warning("PostgreSQL is away", extra={"error": str(error)})
            raise
        self._failures = 0
        self._last_commit = datetime.now(UTC)
        self._note_rejections(rejections)

    async def _spool_pending(self) -> None:
        """A full disk is no reason to forget: facts stay in memory and are tried again."""
        self._wake.clear()
        batch = list(islice(self._pending, BATCH))
        if not batch:
            return
        lines = [encode(fact) for fact in batch]
        try:
            await self._on_disk(self._spool.append, lines)
        except OSError as error:
            _log.error("cannot spool", extra={"error": str(error)})
            await asyncio.sleep(0.2)
        else:
            self._settle(len(batch))
        self._wake.set()

    def _settle(self, count: int, *, flushed: bool = True) -> None:
        """The oldest `count` pending facts are committed or spooled.

        Args:
            flushed: they are on a disk, and so is what was committed before them.
        """
        if not self._unflushed:
            self._unflushed_since = asyncio.get_running_loop().time()
        for _ in range(count):
            self._unflushed.append(self._pending.popleft())
        self._committed += count
        self._for_commit.tell(self._committed)
        if flushed:
            self._unflushed.clear()
            self._safe = self._committed
            self._for_disk.tell(self._safe)

    def _take_back(self) -> None:
        """PostgreSQL is lost: what it had not flushed may be lost with it."""
        self._committed -= len(self._unflushed)
        self._pending.extendleft(reversed(self._unflushed))
        self._unflushed.clear()

    def _note_rejections(self, rejections: Sequence[Rejection]) -> None:
        for rejection in rejections:
            self._rejections.append(rejection)
            self._rejected += 1
            _log.error(
                "a fact was rejected",
                extra={"error": rejection.error, "pii_fact": encode(rejection.fact).decode()},
            )

    def _fence(self, fenced: Fenced) -> None:
        self._fenced = fenced
        _log.error("fenced", extra={"lost": len(self._pending)})
        self._pending.clear()
        self._unflushed.clear()
        for waiters in (self._for_commit, self._for_disk):
            waiters.fail(Fenced(str(fenced)))

    def _leave(self) -> None:
        """Blocks for the disk: the loop has nothing else to do when it comes to this."""
        if self._writer is not None:
            self._writer.close()
        self._take_back()
        try:
            while self._pending:
                batch = list(islice(self._pending, BATCH))
                lines = [encode(fact) for fact in batch]
                self._disk.submit(self._spool.append, lines).result()
                self._settle(len(batch))
        except OSError as error:
            _log.error("cannot spool", extra={"lost": len(self._pending), "error": str(error)})
        self._disk.submit(self._spool.close).result()
        self._disk.shutdown()

    async def _on_disk(self, action: Callable[..., None], *args: object) -> None:
        """One thread does it all, so what a cancelled call began is over before the next."""
        await asyncio.get_running_loop().run_in_executor(self._disk, action, *args)


def pause_after(failures: int) -> float:
    """Seconds before the next attempt, after so many failures in a row, days of them too."""
    return float(min(SHORTEST_PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE))
