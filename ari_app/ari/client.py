"""`Ari`: one client of one Asterisk, with one WebSocket per app name."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Never

from aiohttp import ClientSession, ClientWSTimeout, TCPConnector, encode_basic_auth

from ari_app.ari.connection import Socket
from ari_app.ari.errors import AriUnavailable
from ari_app.ari.events import Event
from ari_app.ari.hooks import Hooks
from ari_app.ari.http_lane import HttpLane
from ari_app.ari.inbox import Inbox
from ari_app.ari.link import Link, Shared
from ari_app.ari.operations import Resources
from ari_app.ari.options import Options
from ari_app.ari.resource import Answer, Operation
from ari_app.ari.stats import Stats
from ari_app.domain.errors import Fenced


class Lane(Resources):
    """All resources; requests that cannot wait share the WebSocket of one app, in order."""

    def __init__(self, ari: "Ari", app: str) -> None:
        super().__init__(self)
        self.app = app
        self._ari = ari

    def send(self, operation: Operation[Any], uri: str, body: bytes | None) -> Awaitable[Answer]:
        return self._ari.send_on(self.app, operation, uri, body)


class Ari(Resources):
    """Its own resources use the first WebSocket that is connected; `lane(app)` binds to one."""

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        apps: Sequence[str] = ("hotline-0", "hotline-1"),
        *,
        hooks: Hooks | None = None,
        options: Options | None = None,
    ) -> None:
        """`url` ends in /ari, e.g. http://127.0.0.1:8088/ari."""
        super().__init__(self)
        self.hooks = hooks or Hooks()
        self.options = options or Options()
        self._url = url.rstrip("/")
        self._headers = {"Authorization": encode_basic_auth(user, password)}
        self._shared = Shared(self.options, self.hooks)
        self._links = {app: Link(app, self._shared, self) for app in apps}
        self._lanes = {app: Lane(self, app) for app in apps}
        self._http: HttpLane | None = None
        self._fenced_by: str | None = None
        self._doubted: set[str] = set()  # apps that another connection took over

    @property
    def stats(self) -> Stats:
        return self._shared.stats

    @property
    def connected(self) -> frozenset[str]:
        """App names that are connected and reconciled."""
        return frozenset(app for app, link in self._links.items() if link.live.is_set())

    async def until_connected(self) -> None:
        """Until every app is; put a time limit around it."""
        for link in self._links.values():
            await link.live.wait()

    async def run(self) -> Never:
        """Stay connected until cancelled; raises Fenced when another program takes over."""
        try:
            async with self._sessions() as sockets, asyncio.TaskGroup() as tasks:
                for link in self._links.values():
                    dial = self._dial_with(sockets)
                    tasks.create_task(link.run(dial), name=f"ari {link.app}")
        except BaseExceptionGroup as group:
            if group.subgroup(Fenced) is not None:
                raise Fenced(f"another program uses ARI app {self._fenced_by!r}") from None
            raise
        raise AssertionError("unreachable: a link runs until cancelled or fenced")

    def lane(self, app: str) -> Lane:
        """Keep to one lane per call: its requests then reach Asterisk in order."""
        return self._lanes[app]

    def inbox(self, name: str, limit: int = 1000) -> Inbox:
        """`name` is for logs and errors, e.g. `call <id>`."""
        return self._shared.router.inbox(name, limit)

    def inject(self, event: Event, app: str) -> None:
        """Route an event that did not come from Asterisk, e.g. one that a reconcile inferred."""
        self._shared.router.route(event, app, self.hooks.on_stray)

    def send(self, operation: Operation[Any], uri: str, body: bytes | None) -> Awaitable[Answer]:
        """On any lane; the resources call this."""
        for app, link in self._links.items():
            if link.connection is not None:
                return self.send_on(app, operation, uri, body)
        return self.send_on(next(iter(self._links)), operation, uri, body)

    def send_on(
        self, app: str, operation: Operation[Any], uri: str, body: bytes | None
    ) -> Awaitable[Answer]:
        """Raises Fenced, or AriUnavailable when there is no connection to send it on."""
        if self._fenced_by is not None:
            raise Fenced(f"another program uses ARI app {self._fenced_by!r}")
        transport = self._http if operation.slow else self._links[app].connection
        if transport is None or self._doubted:
            raise AriUnavailable(operation.name, "not connected", outcome_known=True)
        return transport.send(operation, uri, body)

    def doubt(self, app: str) -> None:
        """From the reader, before anything else can run: another connection took this app over."""
        if self.hooks.still_ours is None:
            self._fence(app)
        else:
            self._doubted.add(app)

    async def settle(self, app: str) -> None:
        """Raises: Fenced, unless the other connection was one of our own."""
        if self._fenced_by is None and self.hooks.still_ours is not None:
            if await self.hooks.still_ours():
                self._doubted.discard(app)
                return
            self._fence(app)
        raise Fenced(f"another program took over the ARI app {app!r}")

    def _fence(self, app: str) -> None:
        self._fenced_by = app
        for link in self._links.values():
            if link.connection is not None:
                link.connection.fail_requests(lambda operation: Fenced(f"{operation}: fenced"))
        self.hooks.on_fenced(app)

    @asynccontextmanager
    async def _sessions(self) -> AsyncIterator[ClientSession]:
        """Two pools, so that waiting HTTP requests never keep a WebSocket from connecting."""
        pool = TCPConnector(
            limit=self.options.http_connections, keepalive_timeout=self.options.http_keep_alive
        )
        async with (
            ClientSession(headers=self._headers, connector=pool) as http,
            ClientSession(headers=self._headers) as sockets,
        ):
            self._http = HttpLane(http, self._url, self.options, self.stats)
            try:
                yield sockets
            finally:
                self._http = None

    def _dial_with(self, session: ClientSession) -> "Dial":
        return Dial(session, f"{self._url}/events", self.options.max_message_bytes)


class Dial:
    """Opens the WebSocket of an app. aiohttp sets TCP_NODELAY; text stays bytes for the decoder."""

    def __init__(self, session: ClientSession, url: str, max_message_bytes: int) -> None:
        self._session = session
        self._url = url
        self._max_message_bytes = max_message_bytes

    async def __call__(self, app: str) -> Socket:
        return await self._session.ws_connect(
            self._url,
            params={"app": app, "subscribeAll": "false"},
            max_msg_size=self._max_message_bytes,
            timeout=ClientWSTimeout(ws_close=0.2),
            compress=0,
            decode_text=False,
        )
