"""One app name kept connected: connect, reconcile, replay, and after a loss all over again."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Never, Protocol

from aiohttp import ClientError

from ari_app.ari.connection import Connection, Socket
from ari_app.ari.events import ApplicationReplaced, Event
from ari_app.ari.hooks import Hooks
from ari_app.ari.operations.applications import Applications
from ari_app.ari.options import Options
from ari_app.ari.pulse import Lost
from ari_app.ari.router import Router
from ari_app.ari.signals import Reconnected
from ari_app.ari.stats import Stats
from ari_app.domain.errors import Fenced, HotlineError

log = logging.getLogger(__name__)

REPLAY_SLICE = 500  # events replayed before other tasks get their turn


@dataclass
class Shared:
    """What the links of one client have in common."""

    options: Options
    hooks: Hooks
    stats: Stats = field(default_factory=Stats)
    router: Router = field(init=False)

    def __post_init__(self) -> None:
        self.router = Router(self.stats)


class Ownership(Protocol):
    """What is to be done when another connection took an app name over."""

    def doubt(self, app: str) -> None:
        """From the reader: at once."""

    async def settle(self, app: str) -> None:
        """Returns when the app is ours all the same; raises Fenced when it is not."""


class Link:
    def __init__(self, app: str, shared: Shared, ownership: Ownership) -> None:
        self.app = app
        self.connection: Connection | None = None
        self.live = asyncio.Event()  # connected, reconciled and replayed
        self._shared = shared
        self._ownership = ownership
        self._is_doubted = False
        self._buffer: deque[Event] | None = None  # None: events go straight through
        self._connected_before = False
        self._failures = 0
        self._last_reason = ""

    async def run(self, dial: Callable[[str], Awaitable[Socket]]) -> Never:
        """Until cancelled, or Fenced when another program takes the app name over."""
        while True:
            reason = await self._connect_once(dial)
            # Said once, however often it is tried again.
            level = logging.DEBUG if reason == self._last_reason else logging.WARNING
            log.log(level, "ARI connection of %s: %s", self.app, reason)
            self._last_reason = reason
            if self._is_doubted:
                await self._ownership.settle(self.app)
                self._is_doubted = False
            await asyncio.sleep(self._pause())

    def _pause(self) -> float:
        """Exponential back-off with full jitter, so that many clients do not come back at once."""
        options = self._shared.options
        longest = min(options.longest_backoff, options.first_backoff * 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        return random.uniform(0, longest)

    async def _connect_once(self, dial: Callable[[str], Awaitable[Socket]]) -> str:
        """One connection from start to end; returns why it ended."""
        try:
            async with asyncio.timeout(self._shared.options.connect_timeout):
                socket = await dial(self.app)
        except (ClientError, OSError) as error:  # a TimeoutError is an OSError
            return f"not connected: {type(error).__name__} {error}"  # repr would show the password
        try:
            return await self._use(socket)
        finally:
            await socket.close()

    async def _use(self, socket: Socket) -> str:
        shared = self._shared
        self._buffer = deque()
        self.connection = Connection(self.app, socket, shared.options, shared.stats, self._take)
        reason = "stopped"
        try:
            await self._until_lost(self.connection)
        except* Lost as group:
            reason = str(_first(group))
        finally:
            self._end(reason)
        return reason

    async def _until_lost(self, connection: Connection) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(connection.run(), name=f"ari connection {self.app}")
            tasks.create_task(self._settle(connection), name=f"ari reconcile {self.app}")

    def _end(self, reason: str) -> None:
        connection, self.connection = self.connection, None
        self.live.clear()
        self._buffer = None
        if connection is not None:
            connection.fail_requests()
        self._shared.stats.losses += 1
        try:
            self._shared.hooks.on_lost(self.app, reason)
        except Exception:
            self._shared.stats.hook_failures += 1
            log.exception("on_lost failed")

    async def _settle(self, connection: Connection) -> None:
        """Events wait while the application compares the world with what it believes."""
        first = not self._connected_before
        try:
            async with asyncio.timeout(self._shared.options.reconcile_timeout):
                await self._set_filter(connection)
                await self._shared.hooks.on_connected(self.app, first)
        except Fenced:
            raise
        except TimeoutError as error:
            raise Lost("reconciling took too long") from error
        except HotlineError as error:
            raise Lost(f"reconciling failed: {error}") from error
        except Exception as error:
            self._shared.stats.hook_failures += 1
            log.exception("on_connected failed")
            raise Lost("reconciling failed") from error
        await self._go_live(first)

    async def _set_filter(self, connection: Connection) -> None:
        unwanted = [{"type": one} for one in self._shared.options.ignored_events]
        await Applications(connection).filter(self.app, filter={"disallowed": unwanted})

    async def _go_live(self, first: bool) -> None:
        self._connected_before = True
        self._failures = 0
        self._last_reason = ""
        self._shared.stats.connections += 1
        if not first:
            self._shared.stats.reconnects += 1
            now = datetime.now(UTC)
            self._shared.router.broadcast(Reconnected(application=self.app, timestamp=now))
        await self._replay()
        self.live.set()

    async def _replay(self) -> None:
        """In order: what arrives meanwhile goes behind what waits."""
        replayed = 0
        while self._buffer:
            self._route(self._buffer.popleft())
            replayed += 1
            if replayed % REPLAY_SLICE == 0:
                await asyncio.sleep(0)
        self._buffer = None

    def _take(self, event: Event) -> None:
        """From the reader: never waits."""
        if type(event) is ApplicationReplaced:
            self._is_doubted = True
            self._ownership.doubt(self.app)
            raise Lost("another connection took over")
        if self._buffer is None:
            self._route(event)
        elif len(self._buffer) < self._shared.options.buffered_events:
            self._buffer.append(event)
        else:
            raise Lost("too many events while reconciling")

    def _route(self, event: Event) -> None:
        self._shared.router.route(event, self.app, self._shared.hooks.on_stray)


def _first(group: BaseExceptionGroup[Lost]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
