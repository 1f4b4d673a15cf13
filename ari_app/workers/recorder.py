"""Turns the recordings of calls that are over into archived, indexed files.

Order is what makes it safe to die anywhere: the archive file is durable before it is indexed, and
the mono files go last. Whatever was interrupted is simply done again, with the same result.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID

from ari_app import breakpoints
from ari_app.domain.errors import Unavailable
from ari_app.domain.recording import (
    CallTimes,
    EndedRecording,
    IndexedRecording,
    Reason,
    RecordingState,
    Side,
    Space,
    Verdict,
)
from ari_app.ports import Clock
from ari_app.workers.audio import Encoder, WavEncoder
from ari_app.workers.disk_space import DiskSpace
from ari_app.workers.finalisation import MonoSide, finalise_files, is_kept, odd_of, open_sides
from ari_app.workers.recording_files import Archive, Spool

log = logging.getLogger(__name__)

# MixMonitor closes its files within milliseconds of the hang-up. While it lives it writes every
# 2.05 s (32 KiB of 8 kHz mono), so a file untouched for longer is one nobody will close.
QUIET_SECONDS = 3.0
CLOSED_AFTER = 0.1  # seconds from the end of the call to the first look: one is usually enough
SETTLE_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
ROOM_SEEN_SECONDS = 1.0  # ago; a look at the room left that is older is none
ABSENT_SECONDS = 1.0  # after the end of the call, a file that is not there will not come
_LONGEST_PAUSE = 30.0


class RecordingIndex(Protocol):
    """Where recordings are looked up. Each method raises Unavailable when it cannot answer."""

    async def index(self, row: IndexedRecording) -> None:
        """The one row of this call; replaces what was said of it before. Safe to repeat."""

    async def flag(
        self,
        call_id: UUID,
        arrived_at: datetime,
        state: RecordingState,
        reasons: tuple[Reason, ...],
    ) -> None:
        """There is no file to index, and why. Never hides a file that is indexed."""

    async def is_indexed(self, call_id: UUID) -> bool:
        """Does the call's row name a file?"""


Answer = TypeVar("Answer")
FindCalls = Callable[[Collection[UUID]], Awaitable[Mapping[UUID, CallTimes]]]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class RecorderOptions:
    workers: int = 2
    longest_queue: int = 1000
    probe_seconds: float = 10.0
    encoder: Encoder = field(default_factory=WavEncoder)
    sleep: Sleep = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Sweep:
    """What lay in the spool."""

    taken: int = 0  # over, and now on their way into the archive
    live: int = 0
    orphans: tuple[UUID, ...] = ()  # no call is known for these; they are kept
    strangers: tuple[str, ...] = ()  # names we did not make; they are kept


@dataclass(frozen=True, slots=True)
class _Task:
    ended: EndedRecording
    is_swept: bool


@dataclass(frozen=True, slots=True)
class _Finalised:
    """`odd`: sides that could not be read."""

    result: IndexedRecording | Verdict
    odd: frozenset[Side]


class Recorder:
    def __init__(
        self,
        spool: Path,
        archive: Path,
        index: RecordingIndex,
        space: DiskSpace,
        clock: Clock,
        options: RecorderOptions | None = None,
    ) -> None:
        self._spool, self._archive = Spool(spool), Archive(archive)
        self._index, self._space, self._clock = index, space, clock
        self._options = options or RecorderOptions()
        self._queue: asyncio.Queue[_Task] = asyncio.Queue(self._options.longest_queue)
        self._odd: tuple[tuple[UUID, ...], tuple[str, ...]] = ((), ())  # told of already
        self._taken: set[UUID] = set()  # queued or being worked on
        self.flagged: Counter[Reason] = Counter()  # since this process started

    @property
    def waiting(self) -> int:
        """Calls taken and not finished."""
        return len(self._taken)

    @property
    def space(self) -> Space:
        """How much room the recordings have left."""
        return self._space.level

    async def run(self) -> None:
        """Works until cancelled. What is left then is found by the next sweep."""
        async with asyncio.TaskGroup() as group:
            watching = self._space.watch(self._options.probe_seconds, self._options.sleep)
            group.create_task(watching, name="recorder space")
            for number in range(self._options.workers):
                group.create_task(self._work(), name=f"recorder {number}")

    def finalise(self, ended: EndedRecording, *, is_swept: bool = False) -> bool:
        """Take a call whose channel is gone; never waits. False leaves it to the next sweep.

        Args:
            is_swept: an earlier attempt may have come to any point; else the call has just ended.
        """
        if ended.call_id in self._taken:
            return True
        try:
            self._queue.put_nowait(_Task(ended, is_swept))
        except asyncio.QueueFull:
            log.warning("recorder is behind", extra={"call_id": ended.call_id})
            return False
        self._taken.add(ended.call_id)
        return True

    async def drain(self) -> None:
        """Returns when nothing is waiting."""
        await self._queue.join()

    async def sweep(self, find: FindCalls) -> Sweep:
        """Take every call that is over and still has files in the spool."""
        calls, strangers = await asyncio.to_thread(self._spool.calls)
        taken, live, orphans = 0, 0, []
        waiting = sorted(calls - self._taken)
        found = await find(waiting) if waiting else {}
        for call_id in waiting:
            times = found.get(call_id)
            if times is None:
                orphans.append(call_id)
            elif times.ended_at is None:
                live += 1
            else:
                taken += self.finalise(_ended(call_id, times, times.ended_at), is_swept=True)
        swept = Sweep(taken, live, tuple(orphans), tuple(sorted(strangers)))
        if (odd := (swept.orphans, swept.strangers)) != self._odd:
            log.warning(
                "files in the spool that belong to no known call",
                extra={"orphans": len(orphans), "strangers": len(strangers)},
            )
            self._odd = odd
        return swept

    async def _work(self) -> None:
        while True:
            task = await self._queue.get()
            ended = task.ended
            try:
                await self._finalise(ended, is_swept=task.is_swept)
            except Exception:
                log.exception("recording not finalised", extra={"call_id": ended.call_id})
            finally:
                self._taken.discard(ended.call_id)
                self._queue.task_done()

    async def _finalise(self, ended: EndedRecording, *, is_swept: bool) -> None:
        if is_swept and await self._is_done(ended):
            await asyncio.to_thread(self._clear_what_was_done, ended.call_id)
            return
        written = await self._written(ended)
        if written is None:
            self.flagged[Reason.STILL_GROWING] += 1
            await self._flag(ended, Verdict(RecordingState.EXPECTED, (Reason.STILL_GROWING,)))
            return
        result = written.result
        self.flagged.update(result.reasons)
        if isinstance(result, IndexedRecording):
            breakpoints.at("recording.written")
            await self._insist(lambda: self._index.index(result))
            breakpoints.at("recording.indexed")
            log.info("recording %s", result.state, extra={"call_id": ended.call_id})
        else:
            await self._flag(ended, result)
        if result.state is not RecordingState.EXPECTED:
            await asyncio.to_thread(self._spool.clear, ended.call_id, written.odd)

    async def _is_done(self, ended: EndedRecording) -> bool:
        """Only the removal was interrupted: a mono file left over must not replace the whole."""
        if not await self._insist(lambda: self._index.is_indexed(ended.call_id)):
            return False
        return await asyncio.to_thread(is_kept, self._archive, self._options.encoder, ended)

    async def _written(self, ended: EndedRecording) -> _Finalised | None:
        """Waits until Asterisk is done with the files; None when it still writes."""
        age = (self._clock.now() - ended.ended_at).total_seconds()
        for pause in (min(max(CLOSED_AFTER - age, 0.0), CLOSED_AFTER), *SETTLE_PAUSES):
            if pause:
                await self._options.sleep(pause)
            await self._space.probe(seen_within=ROOM_SEEN_SECONDS)
            was_full = self._space.was_full_since(ended.started_at)
            result = await asyncio.to_thread(self._write, ended, disk_was_full=was_full)
            if result is not None:
                return result
        return None

    def _write(self, ended: EndedRecording, *, disk_was_full: bool) -> _Finalised | None:
        """In a thread. All at once: every change of threads costs more than a look."""
        with ExitStack() as stack:
            sides = open_sides(self._spool, ended.call_id, stack)
            if not self._is_settled(sides.values(), ended):
                return None
            encoder, archive = self._options.encoder, self._archive
            return _Finalised(
                finalise_files(sides, archive, encoder, ended, disk_was_full=disk_was_full),
                odd_of(sides),
            )

    def _is_settled(self, sides: Collection[MonoSide], ended: EndedRecording) -> bool:
        now = self._clock.now()
        changes = [side.changed_at for side in sides if side.changed_at is not None]
        is_closed = all(side.is_closed for side in sides)
        # A clock that was set back makes a file look written in the future: that is no recent
        # write either, hence abs().
        if changes and abs(now.timestamp() - max(changes)) > QUIET_SECONDS:
            return True
        if len(changes) < len(Side):
            return abs((now - ended.ended_at).total_seconds()) > ABSENT_SECONDS and is_closed
        return is_closed

    def _clear_what_was_done(self, call_id: UUID) -> None:
        """In a thread."""
        with ExitStack() as stack:
            odd = odd_of(open_sides(self._spool, call_id, stack))
        self._spool.clear(call_id, odd)

    async def _flag(self, ended: EndedRecording, verdict: Verdict) -> None:
        call_id = ended.call_id
        log.warning(
            "recording %s", verdict.state, extra={"call_id": call_id, "reasons": verdict.reasons}
        )
        await self._insist(
            lambda: self._index.flag(call_id, ended.arrived_at, verdict.state, verdict.reasons)
        )

    async def _insist(self, act: Callable[[], Awaitable[Answer]]) -> Answer:
        """While the index is away the recordings wait, in the archive and in the spool."""
        pause = 0.5
        while True:
            try:
                return await act()
            except Unavailable:
                log.warning("recording index is away")
                await self._options.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(pause * 2, _LONGEST_PAUSE)


def _ended(call_id: UUID, times: CallTimes, ended_at: datetime) -> EndedRecording:
    return EndedRecording(call_id, times.arrived_at, times.started_at, ended_at, times.was_muted)
