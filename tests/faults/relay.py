"""A wire between two processes that can be cut without either end being told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Self

from ari_app.site.installation import Installation
from ari_app.site.layout import Site

BLOCK = 65_536


class Relay:
    """Passes bytes on to a port of this machine. While cut, connecting works and nothing moves."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._whole = asyncio.Event()
        self._whole.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.mend()
        for writer in tuple(self._writers):
            writer.transport.abort()
        await asyncio.gather(*self._tasks)

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        """What was on its way arrives now, as TCP would have it."""
        self._whole.set()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._writers.add(writer)
        await self._whole.wait()
        with suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
            self._writers.add(back)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._way(reader, back))
                ways.create_task(self._way(there, writer))
            self._writers.discard(back)
        self._writers.discard(writer)

    async def _way(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while block := await source.read(BLOCK):
                await self._whole.wait()
                sink.write(block)
                await sink.drain()
        await self._whole.wait()
        sink.close()


class Detour(Site):
    """A site whose engine reaches Asterisk by another port."""

    port: int = 0

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "HOTLINE_ARI_URL": f"http://127.0.0.1:{self.port}"}


@asynccontextmanager
async def detoured(installation: Installation, port: Callable[[], int]) -> AsyncIterator[None]:
    """A new engine that reaches Asterisk by this port; afterwards one that does so directly."""
    site, engine = installation.site, installation.engine
    detour = Detour(site.folder, site.state)
    detour.port = port()
    installation.site = detour
    try:
        await asyncio.to_thread(engine.stop)
        await installation.start_engine()
        yield
    finally:
        installation.site = site
        await asyncio.to_thread(engine.stop)
        await installation.start_engine()


@asynccontextmanager
async def relayed(installation: Installation) -> AsyncIterator[Relay]:
    relay = Relay(installation.site.ports.http)
    async with relay, detoured(installation, lambda: relay.port):
        yield relay
