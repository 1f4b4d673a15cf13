"""A scripted Asterisk on 127.0.0.1: HTTP, REST over WebSocket and events, nothing by itself.

Like the real one, a second connection of an app name makes the first get ApplicationReplaced.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import WSMsgType, web

NOW = "2026-08-01T12:00:00.123+0000"
USER_EVENT = "events/user/"


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: object = None
    reason: str = "OK"


@dataclass
class Request:
    """One request as it came; `answer` is set by the script when it was told to hold it."""

    way: str  # http or ws
    app: str
    method: str
    uri: str
    body: Any
    answer: "asyncio.Future[Reply]" = field(default_factory=asyncio.Future)


class AriServer:
    """`reply` sets the answer of a request; `hold` leaves it to the test, by `held`."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.held: asyncio.Queue[Request] = asyncio.Queue()
        self.silent = False  # takes requests over the WebSocket and never answers
        self.deaf: set[str] = set()  # applications that have no handler: no events for them
        self.forgotten: set[str] = set()  # applications that are not there any more
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self._transports: dict[str, asyncio.Transport | None] = {}
        self.connections = 0
        self._replies: dict[tuple[str, str], Reply] = {}
        self._held: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrivals = asyncio.Condition()
        self.port = 0
        self._runner: web.AppRunner | None = None
        self.reply("GET", "asterisk/ping", {"asterisk_id": "1", "ping": "pong", "timestamp": NOW})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ari"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/ari/events", self._websocket)
        app.router.add_route("*", "/ari/{path:.*}", self._http)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for app in tuple(self.sockets):
            self.break_off(app)
        for task in self._tasks:
            task.cancel()
        assert self._runner is not None
        await self._runner.cleanup()

    def reply(self, method: str, uri: str, body: object = None, status: int = 200) -> None:
        reason = "OK" if status < 400 else "Refused"
        self._replies[method, uri] = Reply(status, body, reason)
        self._held.discard((method, uri))

    def hold(self, method: str, uri: str) -> None:
        self._held.add((method, uri))

    async def connected(self, app: str, times: int = 1) -> None:
        """Until connections were made in all, the last by `app`."""
        async with self._arrivals:
            await self._arrivals.wait_for(lambda: self.connections >= times and app in self.sockets)

    async def send(self, app: str, type_name: str, **fields: object) -> None:
        event = {"type": type_name, "application": app, "timestamp": NOW, **fields}
        await self.sockets[app].send_str(json.dumps(event))

    async def send_raw(self, app: str, frame: bytes) -> None:
        await self.sockets[app].send_frame(frame, WSMsgType.TEXT)

    async def close(self, app: str) -> None:
        """End the WebSocket politely."""
        await self.sockets.pop(app).close()

    def break_off(self, app: str) -> None:
        """Cut the TCP connection."""
        transport = self._transports.pop(app)
        self.sockets.pop(app)
        if transport is not None:
            transport.abort()

    def asked(self, uri: str) -> list[Request]:
        return [one for one in self.requests if one.uri == uri]

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        app = request.query["app"]
        socket = web.WebSocketResponse(timeout=0.1)
        await socket.prepare(request)
        if app in self.sockets:
            await self.send(app, "ApplicationReplaced")
        self.sockets[app] = socket
        self._transports[app] = request.transport
        async with self._arrivals:
            self.connections += 1
            self._arrivals.notify_all()
        async for message in socket:
            self._take(socket, app, json.loads(message.data))
        if self.sockets.get(app) is socket:
            del self.sockets[app]
        return socket

    def _take(self, socket: web.WebSocketResponse, app: str, text: dict[str, Any]) -> None:
        body = json.loads(text["message_body"]) if "message_body" in text else None
        request = Request("ws", app, text["method"], text["uri"], body)
        task = asyncio.create_task(self._answer_ws(socket, text["request_id"], request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer_ws(
        self, socket: web.WebSocketResponse, request_id: str, request: Request
    ) -> None:
        reply = await self._reply_to(request)
        if self.silent or socket.closed:
            return
        response = {
            "type": "RESTResponse",
            "application": request.app,
            "timestamp": NOW,
            "transaction_id": "",
            "request_id": request_id,
            "status_code": reply.status,
            "reason_phrase": reply.reason,
            "uri": request.uri,
        }
        if reply.body is not None:
            response["message_body"] = json.dumps(reply.body)
        await socket.send_str(json.dumps(response))

    async def _http(self, request: web.Request) -> web.Response:
        uri = request.rel_url.raw_path_qs.removeprefix("/ari/")
        body = await request.json() if request.can_read_body else None
        reply = await self._reply_to(Request("http", "", request.method, uri, body))
        if isinstance(reply.body, bytes):
            return web.Response(body=reply.body, status=reply.status)
        text = "" if reply.body is None else json.dumps(reply.body)
        return web.Response(text=text, status=reply.status, reason=reply.reason)

    async def _reply_to(self, request: Request) -> Reply:
        self.requests.append(request)
        key = request.method, request.uri
        if key in self._held:
            self.held.put_nowait(request)
            return await request.answer
        if request.uri.startswith(USER_EVENT):
            return await self._user_event(request)
        if request.uri.endswith("/eventFilter"):
            return Reply(body=application_json(request.app))
        return self._replies.get(key, Reply(404, {"message": "not scripted"}, "Not Found"))

    async def _user_event(self, request: Request) -> Reply:
        name, app = request.uri.removeprefix(USER_EVENT), request.body["application"]
        if app in self.forgotten:
            return Reply(404, {"message": "Application not found"}, "Not Found")
        if app not in self.deaf and not self.silent:
            await self.send(app, "ChannelUserevent", eventname=name, userevent={"eventname": name})
        return Reply(204)


def application_json(name: str) -> dict[str, object]:
    return {
        "name": name,
        "channel_ids": [],
        "bridge_ids": [],
        "endpoint_ids": [],
        "device_names": [],
        "events_allowed": [],
        "events_disallowed": [],
    }


def channel_json(channel_id: str, state: str = "Up") -> dict[str, object]:
    nobody = {"name": "", "number": ""}
    place = {"context": "from-trunk", "exten": "s", "priority": 1, "app_name": "", "app_data": ""}
    return {
        "id": channel_id,
        "protocol_id": "",
        "name": f"Test/{channel_id}",
        "state": state,
        "caller": nobody,
        "connected": nobody,
        "accountcode": "",
        "dialplan": place,
        "creationtime": NOW,
        "language": "en",
    }


def bridge_json(bridge_id: str) -> dict[str, object]:
    return {
        "id": bridge_id,
        "technology": "simple_bridge",
        "bridge_type": "mixing",
        "bridge_class": "stasis",
        "creator": "Stasis",
        "name": "",
        "channels": [],
        "creationtime": NOW,
    }


def playback_json(playback_id: str, target: str) -> dict[str, object]:
    return {
        "id": playback_id,
        "media_uri": "sound:x",
        "target_uri": target,
        "state": "done",
        "language": "en",
    }
