"""Makes a file that can be heard of what a caller left in a mailbox.

The row comes first, then the archive's file, then the row names it, and what Asterisk wrote goes
last. Dying between any two only means that the next sweep does it again, with the same result.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from ari_app import breakpoints
from ari_app.domain.errors import NotFound, Unavailable
from ari_app.domain.facts import MessageLeft
from ari_app.domain.message import AwaitedFile, Flaw, LeftMessage, MessageName
from ari_app.ports import Clock, Journal
from ari_app.workers.message_files import Examined, MessageFiles
from ari_app.workers.message_index import MessageIndex

log = logging.getLogger(__name__)

SETTLE_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
# Asterisk ends a message after 10 s of silence, and writes nothing while a trunk sends nothing.
QUIET_SECONDS = 30.0
LATE = timedelta(minutes=10)
WRITE_SECONDS = 5.0

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class CollectorOptions:
    """`mailbox` gets what the fallback dialplan took."""

    mailbox: str = "hotline"
    longest_queue: int = 1000
    sleep: Sleep = asyncio.sleep


@dataclass(frozen=True, slots=True)
class MessageSweep:
    """What lay in the folder, and what should have."""

    taken: int = 0  # calls now being worked on
    live: int = 0
    orphans: tuple[str, ...] = ()  # no call is known for these; they are kept
    strangers: tuple[str, ...] = ()  # names we did not make; they are kept
    lost: int = 0  # rows whose file never came


class MessageCollector:
    def __init__(
        self,
        files: MessageFiles,
        index: MessageIndex,
        journal: Journal,
        clock: Clock,
        options: CollectorOptions | None = None,
    ) -> None:
        self._files, self._index = files, index
        self._journal, self._clock = journal, clock
        self._options = options or CollectorOptions()
        self._queue: asyncio.Queue[UUID] = asyncio.Queue(self._options.longest_queue)
        self._taken: set[UUID] = set()  # queued or being worked on
        self._odd: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # told of already

    @property
    def waiting(self) -> int:
        """Calls taken and not finished."""
        return len(self._taken)

    def collect(self, call_id: UUID) -> bool:
        """Take the messages of a call that is over; never waits. False leaves it to the sweep."""
        if call_id in self._taken:
            return True
        try:
            self._queue.put_nowait(call_id)
        except asyncio.QueueFull:
            log.warning("messages are behind", extra={"call_id": str(call_id)})
            return False
        self._taken.add(call_id)
        return True

    async def run(self) -> None:
        """Works until cancelled. What is left then is found by the next sweep."""
        while True:
            call_id = await self._queue.get()
            try:
                await _safely(call_id, self._collect(call_id))
            finally:
                self._taken.discard(call_id)
                self._queue.task_done()

    async def drain(self) -> None:
        """Returns when nothing is waiting."""
        await self._queue.join()

    async def sweep(self) -> MessageSweep:
        """Take whatever lies there and is over, and miss what does not lie there.

        Raises:
            Unavailable: the folder or the index; the next sweep tries again.
        """
        try:
            names, strangers = await asyncio.to_thread(self._files.names)
        except OSError as error:
            raise Unavailable(f"messages: {error}") from error
        taken, live, orphans = 0, 0, []
        for name in sorted(names, key=str):
            left = await self._index.find(name)
            if left is None:
                orphans.append(name.file)
            elif _is_over(left):
                taken += self.collect(name.call_id)
            else:
                live += 1
        lost = await self._miss(names)
        swept = MessageSweep(taken, live, tuple(orphans), tuple(sorted(strangers)), lost)
        self._tell_of_odd(swept)
        return swept

    # ---- one call ----

    async def _collect(self, call_id: UUID) -> None:
        async with asyncio.timeout(WRITE_SECONDS):
            await self._journal.durable()  # the flow's own word about it
        names, _ = await asyncio.to_thread(self._files.names)
        for name in sorted((one for one in names if one.call_id == call_id), key=str):
            await _safely(call_id, self._collect_one(name))

    async def _collect_one(self, name: MessageName) -> None:
        left = await self._index.find(name)
        if left is not None and _is_over(left) and await self._settle(name):
            await self._keep(name, left)

    async def _settle(self, name: MessageName) -> bool:
        """Wait until Asterisk is done with the file; False when it still writes."""
        for pause in (*SETTLE_PAUSES, None):
            look = await asyncio.to_thread(self._files.look, name)
            if look is None:
                return False
            # A clock that was set back makes a file look written in the future: that is no
            # recent write either, hence abs().
            age = abs(self._clock.now().timestamp() - look.changed_at)
            if look.is_closed or age > QUIET_SECONDS:
                return True
            if pause is not None:
                await self._options.sleep(pause)
        return False

    async def _keep(self, name: MessageName, left: LeftMessage) -> None:
        found = await asyncio.to_thread(self._files.examine, name)
        if not left.is_written:
            await self._write_row(name, left, found.seconds)
        if found.is_worth_a_file:
            kept = await asyncio.to_thread(self._files.keep, name, left.arrived_at, found.flaw)
            breakpoints.at("message.filed")
            await self._index.attach(name.id, kept)
        elif found.flaw is not None:
            await self._index.flag(name.id, found.flaw)
        if found.flaw is None:
            await self._index.reached(name.call_id)
        await asyncio.to_thread(self._clear, name, found)
        noted = {"call_id": str(name.call_id), "seconds": round(found.seconds, 1)}
        log.info("message kept", extra={**noted, "flaw": found.flaw})

    async def _write_row(self, name: MessageName, left: LeftMessage, seconds: float) -> None:
        """Nobody of ours heard the caller leave it."""
        self._journal.write(
            MessageLeft(
                call_id=name.call_id,
                arrived_at=left.arrived_at,
                at=left.ended_at or self._clock.now(),
                message_id=name.id,
                mailbox=left.mailbox or self._options.mailbox,
                name=str(name),
                seconds=seconds,
                caller=left.caller,
                language=left.language,
            )
        )
        async with asyncio.timeout(WRITE_SECONDS):
            await self._journal.durable()

    def _clear(self, name: MessageName, found: Examined) -> None:
        if found.flaw is Flaw.UNREADABLE:
            self._files.set_aside(name)
        else:
            self._files.remove(name)

    # ---- what is missing, what is odd ----

    async def _miss(self, there: set[MessageName]) -> int:
        """Rows without a file: some are found in the archive, the late ones are given up."""
        lost = 0
        for awaited in await self._index.awaited():
            name = MessageName.read(awaited.name)
            if name not in there and not await self._find_again(awaited, name):
                lost += await self._give_up(awaited)
        return lost

    async def _find_again(self, awaited: AwaitedFile, name: MessageName | None) -> bool:
        if name is None:
            return False
        try:
            kept = await asyncio.to_thread(self._files.find_kept, name, awaited.arrived_at)
        except OSError as error:
            raise Unavailable(f"archive: {error}") from error
        if kept is not None:
            await self._index.attach(awaited.id, kept)
        return kept is not None

    async def _give_up(self, awaited: AwaitedFile) -> bool:
        if self._clock.now() - awaited.left_at < LATE:
            return False
        log.error("a message has no file", extra={"call_id": str(awaited.call_id)})
        await self._index.flag(awaited.id, Flaw.NO_FILE)
        return True

    def _tell_of_odd(self, swept: MessageSweep) -> None:
        if (odd := (swept.orphans, swept.strangers)) != self._odd:
            found = {"orphans": len(swept.orphans), "strangers": len(swept.strangers)}
            log.warning("files among the messages that belong to no known call", extra=found)
            self._odd = odd


async def _safely(call_id: UUID, work: Awaitable[None]) -> None:
    """One message that cannot be kept does not stop the others."""
    noted = {"call_id": str(call_id)}
    try:
        await work
    except (Unavailable, NotFound, TimeoutError) as error:
        log.warning("message put off: %s", error, extra=noted)
    except Exception:
        log.exception("message not collected", extra=noted)


def _is_over(left: LeftMessage) -> bool:
    """Written down at its end; or the call is over, and then nobody will."""
    return left.is_written or left.ended_at is not None
