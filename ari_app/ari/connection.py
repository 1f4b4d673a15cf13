"""One open WebSocket: requests out, answers and events in, and a watch on its silence."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Literal, Never

import msgspec
from aiohttp import ClientWebSocketResponse, WSMsgType

from ari_app.ari.decode import decode_frame
from ari_app.ari.errors import AriUnavailable
from ari_app.ari.events import Event, RESTResponse
from ari_app.ari.options import Options
from ari_app.ari.outbox import Outbox
from ari_app.ari.pending import Pending
from ari_app.ari.pulse import Lost, Pulse
from ari_app.ari.resource import Answer, Operation
from ari_app.ari.stats import Stats

log = logging.getLogger(__name__)

Socket = ClientWebSocketResponse[Literal[False]]


class _Request(msgspec.Struct, tag_field="type", tag="RESTRequest", omit_defaults=True):
    request_id: str
    method: str
    uri: str
    content_type: str | None = None
    message_body: str | None = None


class Connection:
    """Lives from one successful connect to one loss."""

    def __init__(
        self,
        app: str,
        socket: Socket,
        options: Options,
        stats: Stats,
        on_event: Callable[[Event], None],
    ) -> None:
        self._app = app
        self._socket = socket
        self._options = options
        self._stats = stats
        self._on_event = on_event
        self._pulse = Pulse(app, self, options)
        self._pending = Pending(options.request_timeout, options.pending_requests, stats)
        self._encode = msgspec.json.Encoder().encode
        self._outbox = Outbox(socket)

    def send(
        self, operation: Operation[Any], uri: str, body: bytes | None
    ) -> asyncio.Future[Answer]:
        """Put a request behind those before it; the future has a deadline of its own."""
        request_id, answer = self._pending.add(operation.name)
        request = _Request(request_id, operation.method, uri)
        if body is not None:
            request.content_type = "application/json"
            request.message_body = body.decode()
        self._stats.requests += 1
        self._outbox.put(self._encode(request))
        return answer

    async def run(self) -> Never:
        """Read, write and watch until Lost is raised."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(), name="ari reader")
            tasks.create_task(self._outbox.run(), name="ari writer")
            tasks.create_task(self._pulse.watch(), name="ari ping")
        raise AssertionError("unreachable: each task ends by raising")

    def fail_requests(self, error: Callable[[str], Exception] | None = None) -> None:
        """Nobody shall wait for an answer that cannot come."""
        self._pending.fail(error or _outcome_unknown)

    async def _read(self) -> Never:
        """Parse and hand over; nothing here waits for what is done with an event.

        Readers of an event get their turn before the next frame is parsed: the first of the five
        events of a hang-up is the one that matters, and they come in one piece. Answers have one
        turn for all that came together, which costs half.
        """
        while True:
            message = await self._socket.receive()
            if message.type is WSMsgType.TEXT:
                if self._is_event(message.data):
                    await asyncio.sleep(0)
            elif message.type is WSMsgType.BINARY:
                self._stats.bad_frames += 1
                log.warning("binary frame of %d bytes", len(message.data))
            else:
                raise Lost(self._why_closed())

    def _is_event(self, frame: bytes) -> bool:
        """Hands over what the frame holds."""
        event = decode_frame(frame, self._stats)
        if type(event) is RESTResponse:
            self._pending.resolve(event)
            return False
        if event is not None and not self._pulse.is_own(event):
            self._stats.events += 1
            self._on_event(event)
        return True

    def _why_closed(self) -> str:
        """A clean close ends a connection as surely as a broken one."""
        error = self._socket.exception()
        return f"failed: {error}" if error else f"closed with code {self._socket.close_code}"


def _outcome_unknown(operation: str) -> AriUnavailable:
    return AriUnavailable(operation, "connection lost", outcome_known=False)
