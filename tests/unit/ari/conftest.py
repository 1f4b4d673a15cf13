"""A scripted Asterisk and a client connected to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from ari_app.ari import Ari, Hooks, Options
from tests.fakes.ari_server import AriServer

APP = "hotline-0"
QUICK = Options(
    request_timeout=0.5,
    ping_interval=30.0,
    first_ping=30.0,
    first_backoff=0.002,
    longest_backoff=0.01,
)


@pytest.fixture
async def server() -> AsyncIterator[AriServer]:
    async with AriServer() as server, asyncio.timeout(3):
        yield server


@asynccontextmanager
async def connected(
    server: AriServer, *apps: str, hooks: Hooks | None = None, options: Options = QUICK
) -> AsyncIterator[Ari]:
    ari = Ari(server.url, "user", "secret", apps or (APP,), hooks=hooks, options=options)
    running = asyncio.create_task(ari.run())
    try:
        await ari.until_connected()
        yield ari
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def ari(server: AriServer) -> AsyncIterator[Ari]:
    async with connected(server) as ari:
        yield ari


async def until(condition: Callable[[], object]) -> None:
    """For what announces itself in no other way, such as a counter or a log line."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0)
