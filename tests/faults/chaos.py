"""Between engine and Asterisk: events late, twice, in another order, and lost before each break.

Answers to requests pass as they are. So do keys, which carry no number and cannot be told from
pressed twice, and the arrivals of callers, for whom the watchdog looks (see the tests of that).
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import aiohttp
from aiohttp import ClientSession, ClientWebSocketResponse, web

from ari_app.lab.lab import until
from ari_app.site.installation import Installation
from tests.faults.relay import detoured

LATE, TWICE, LOST = 0.15, 0.10, 0.05  # shares of all events
LATE_SECONDS, VERY_LATE_SECONDS = 2.0, 5.0
CALM_SECONDS = (8.0, 15.0)  # until a connection begins to lose events
DYING_SECONDS = 2.0  # until it breaks
PASSED_ON = ("Authorization", "Content-Type")


class Chaos:
    """A proxy of Asterisk's ARI on `port`; `counts` says how often it did what."""

    def __init__(self, to: int, seed: int) -> None:
        self._to = f"http://127.0.0.1:{to}"
        self._random = random.Random(seed)
        self._late: set[asyncio.TimerHandle] = set()
        self.counts = {"late": 0, "twice": 0, "lost": 0, "breaks": 0}
        self.port = 0
        self._may_break = asyncio.Event()
        self._may_break.set()
        self._dying = 0  # connections that lose events

    @asynccontextmanager
    async def calm(self) -> AsyncIterator[None]:
        """Nothing is lost meanwhile; events come late and twice all the same. For callers who
        press each key once: one that comes while there is no connection is lost for good."""
        self._may_break.clear()
        await until(self._nothing_breaks, 2 * DYING_SECONDS, "every break is over")
        try:
            yield
        finally:
            self._may_break.set()

    async def _nothing_breaks(self) -> bool:
        return not self._dying

    def seed(self, seed: int) -> None:
        """Other moments from now on."""
        self._random.seed(seed)

    async def __aenter__(self) -> Self:
        self._http = ClientSession(auto_decompress=False)
        app = web.Application()
        app.router.add_get("/ari/events", self._events)
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for timer in self._late:
            timer.cancel()
        await self._runner.cleanup()
        await self._http.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        async with self._http.request(
            request.method,
            self._to + request.path_qs,
            headers=_headers(request),
            data=await request.read(),
        ) as answer:
            body = await answer.read()
            return web.Response(status=answer.status, body=body, content_type="application/json")

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        engine = web.WebSocketResponse(max_msg_size=0)
        await engine.prepare(request)
        url = self._to + request.path_qs
        try:
            async with self._http.ws_connect(url, headers=_headers(request)) as asterisk:
                await self._between(engine, asterisk)
        except aiohttp.ClientError:
            await engine.close()  # Asterisk would have refused: the engine tries again
        return engine

    async def _between(
        self, engine: web.WebSocketResponse, asterisk: "ClientWebSocketResponse[Any]"
    ) -> None:
        tasks = [
            asyncio.create_task(self._requests(engine, asterisk)),
            asyncio.create_task(self._disturbed(engine, asterisk)),
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await engine.close()

    async def _requests(
        self, engine: web.WebSocketResponse, asterisk: "ClientWebSocketResponse[Any]"
    ) -> None:
        async for message in engine:
            await asterisk.send_str(message.data)

    async def _disturbed(
        self, engine: web.WebSocketResponse, asterisk: "ClientWebSocketResponse[Any]"
    ) -> None:
        """Until this connection breaks."""
        loop, is_dying = asyncio.get_running_loop(), asyncio.Event()
        sending: set[asyncio.Task[None]] = set()

        def tell(text: str) -> None:
            if not engine.closed:
                sending.add(task := loop.create_task(_quietly(engine, text)))
                task.add_done_callback(sending.discard)

        async def pass_on() -> None:
            async for message in asterisk:
                if _must_pass(message.data):
                    await engine.send_str(message.data)
                else:
                    self._disturb(message.data, tell, is_dying=is_dying.is_set())

        tasks = passing, calm = asyncio.create_task(pass_on()), asyncio.create_task(self._calm())
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            is_dying.set()
            self._dying += 1
            try:
                await asyncio.wait((passing,), timeout=DYING_SECONDS)
            finally:
                self._dying -= 1
        finally:
            for task in (passing, calm):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.counts["breaks"] += 1

    async def _calm(self) -> None:
        """Until a connection may begin to lose events."""
        await asyncio.sleep(self._random.uniform(*CALM_SECONDS))
        await self._may_break.wait()

    def _disturb(self, text: str, tell: Callable[[str], None], *, is_dying: bool) -> None:
        if is_dying and self._random.random() < 10 * LOST:
            self.counts["lost"] += 1
            return
        for repeated in (False, True):
            if repeated and self._random.random() >= TWICE:
                return
            self.counts["twice"] += repeated
            self._later(self._delay(), text, tell)

    def _delay(self) -> float:
        if self._random.random() >= LATE:
            return 0.0
        self.counts["late"] += 1
        longest = LATE_SECONDS if self._random.random() < 0.8 else VERY_LATE_SECONDS
        return self._random.uniform(0, longest)

    def _later(self, delay: float, text: str, tell: Callable[[str], None]) -> None:
        if not delay:
            tell(text)
            return
        self._late.add(asyncio.get_running_loop().call_later(delay, tell, text))


async def _quietly(engine: web.WebSocketResponse, text: str) -> None:
    with suppress(ConnectionError):
        await engine.send_str(text)


def _must_pass(text: str) -> bool:
    event = json.loads(text)
    if event["type"] == "StasisStart":
        return bool(event["args"][:1] == ["call"])
    return event["type"] in ("RESTResponse", "ChannelDtmfReceived", "ApplicationReplaced")


def _headers(request: web.Request) -> dict[str, str]:
    return {name: request.headers[name] for name in PASSED_ON if name in request.headers}


@asynccontextmanager
async def chaotic(installation: Installation, seed: int) -> AsyncIterator[Chaos]:
    """A new engine that hears of Asterisk through this."""
    chaos = Chaos(installation.site.ports.http, seed)
    async with chaos, detoured(installation, lambda: chaos.port):
        yield chaos
