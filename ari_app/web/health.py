"""Is the engine alive, and is it ready? For supervisors of processes and for `hotline status`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from aiohttp import web

Health = Callable[[], Mapping[str, Any]]


class HealthServer:
    """`/healthz`: the process answers. `/readyz`: 200 when everything it needs is there."""

    def __init__(
        self, host: str, port: int, health: Health, routes: Iterable[web.RouteDef] = ()
    ) -> None:
        """Args: routes: what else is served on this port."""
        self._host = host
        self._port = port
        self._health = health
        self._routes = tuple(routes)

    async def start(self) -> web.AppRunner:
        """Raises: OSError when the port is taken."""
        app = web.Application()
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        app.router.add_routes(self._routes)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, self._host, self._port).start()
        return runner

    async def _alive(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response({"alive": True})

    async def _ready(self, request: web.Request) -> web.Response:  # noqa: ARG002
        health = self._health()
        return web.Response(
            body=msgspec.json.encode(health),
            status=200 if health["ready"] else 503,
            content_type="application/json",
        )
