"""The FastAGI server: one named task per connection, each with its own deadlines.

Whatever one peer does ends with its connection; nothing of it reaches another.
"""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from agi.counters import Counters
from agi.protocol.command import encode
from agi.protocol.refused import AgiRefused, Reason
from agi.session import AgiSession
from agi.visit import Visit
from ari_app.domain.errors import BadSettings, CallerHungUp

Script = Callable[[AgiSession], Awaitable[None]]

_CHUNK = 4096
_BACKLOG = 512  # a burst must not wait for its SYN to be sent again
_TURNED_AWAY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """Asterisk waits for us while its caller hears nothing, so all of them are short."""

    environment_seconds: float = 2.0
    command_seconds: float = 2.0
    request_seconds: float = 5.0  # all of it, the environment included
    drain_seconds: float = 5.0
    connections: int = 256


class AgiServer:
    """Serves `scripts` by name until its `listening` block ends."""

    def __init__(self, scripts: Mapping[str, Script], limits: Limits | None = None) -> None:
        self.counters = Counters()
        self._scripts = scripts
        self._limits = limits or Limits()
        self._served: set[asyncio.Task[None]] = set()
        self._turned_away: set[asyncio.Task[None]] = set()
        self._stopping = False

    @asynccontextmanager
    async def listening(
        self, host: str, port: int, *, allow_remote: bool = False
    ) -> AsyncIterator[int]:
        """Yields the port; port 0 takes a free one. Leaving lets running requests finish.

        Raises:
            BadSettings: `host` is not a loopback address. FastAGI knows neither passwords nor
                encryption: only `allow_remote` opens it to a network, which must be private.
            OSError: the port is taken.
        """
        if not (allow_remote or _is_loopback(host)):
            raise BadSettings([f"{host} is not a loopback address: FastAGI has no passwords"])
        listener = await asyncio.start_server(
            self._welcome, host, port, backlog=_BACKLOG, start_serving=False
        )
        async with asyncio.TaskGroup() as self._group:
            try:
                await listener.start_serving()
                yield listener.sockets[0].getsockname()[1]
            finally:
                self._stopping = True
                listener.close()
                await self._drain()

    async def _drain(self) -> None:
        if running := self._served | self._turned_away:
            _, late = await asyncio.wait(running, timeout=self._limits.drain_seconds)
            for task in late:
                task.cancel()

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Starts one task, or none when there are too many even to be polite to."""
        wire = StreamWire(reader, writer)
        visit = Visit(wire.peer, asyncio.get_running_loop().time())
        most = self._limits.connections
        if self._stopping or len(self._turned_away) >= most:
            visit.refuse(Reason.STOPPING if self._stopping else Reason.BUSY)
            wire.close()
            visit.close(self.counters)
        elif len(self._served) < most:
            self._start(self._serve(wire, visit), visit, self._served)
        else:
            self._start(self._turn_away(wire, visit), visit, self._turned_away)

    def _start(
        self, work: Coroutine[Any, Any, None], visit: Visit, among: set[asyncio.Task[None]]
    ) -> None:
        task = self._group.create_task(work, name=f"agi {visit.peer}")
        among.add(task)
        task.add_done_callback(among.discard)

    async def _serve(self, wire: "StreamWire", visit: Visit) -> None:
        self.counters.open_connections += 1
        try:
            await self._answer(wire, visit)
        except asyncio.CancelledError:
            visit.refuse(Reason.STOPPING)
            raise
        except Exception as error:
            visit.judge(error)
        finally:
            self.counters.open_connections -= 1
            wire.close()
            visit.close(self.counters)

    async def _answer(self, wire: "StreamWire", visit: Visit) -> None:
        """
        Raises:
            AgiRefused, CallerHungUp, PeerSilent, or whatever the script raised.
        """
        limits = self._limits
        try:
            async with asyncio.timeout(limits.request_seconds) as request:
                session = await _accept(wire, limits)
                visit.notes = session.notes
                script = self._scripts.get(session.script)
                if script is None:
                    raise AgiRefused(Reason.UNKNOWN_SCRIPT)
                visit.script = session.script
                await script(session)
        except TimeoutError as error:
            if not request.expired():
                raise
            raise AgiRefused(Reason.TOO_SLOW) from error

    async def _turn_away(self, wire: "StreamWire", visit: Visit) -> None:
        """Say so on Asterisk's console. Its dialplan goes on with defaults."""
        visit.refuse(Reason.BUSY)
        try:
            async with asyncio.timeout(_TURNED_AWAY_SECONDS):
                await wire.send(encode("VERBOSE", "agi: too many requests at once", "1"))
                await wire.read_out()
        except (TimeoutError, CallerHungUp):
            pass  # it is closed all the same
        finally:
            wire.close()
            visit.close(self.counters)


class StreamWire:
    """One TCP connection as an AgiSession sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        address = writer.get_extra_info("peername")
        self.peer = f"{address[0]}:{address[1]}" if address else "gone"

    async def send(self, data: bytes) -> None:
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise CallerHungUp from error

    async def receive(self) -> bytes:
        with suppress(OSError):
            return await self._reader.read(_CHUNK)
        return b""

    async def read_out(self) -> None:
        """Close our side and wait for theirs: closing over unread bytes would reset the
        connection, and Asterisk might not see what was sent last.
        """
        with suppress(OSError):
            self._writer.write_eof()
        while await self.receive():
            pass

    def close(self) -> None:
        """At once. Every command was answered before, so nothing of ours is still unsent."""
        self._writer.transport.abort()


async def _accept(wire: StreamWire, limits: Limits) -> AgiSession:
    try:
        async with asyncio.timeout(limits.environment_seconds) as deadline:
            return await AgiSession.accept(wire, command_seconds=limits.command_seconds)
    except TimeoutError as error:
        if not deadline.expired():
            raise
        raise AgiRefused(Reason.SILENT) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
