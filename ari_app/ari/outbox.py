"""Frames on their way out of one WebSocket."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Generator
from typing import Any, Never, Protocol

from aiohttp import ClientError, WSMsgType

from ari_app.ari.pulse import Lost


class FrameWriter(Protocol):
    """As aiohttp has it. Raises: ClientError, OSError."""

    def send_frame(
        self, message: bytes, opcode: WSMsgType, compress: int | None = None
    ) -> Coroutine[Any, Any, None]: ...


class Outbox:
    """Each frame is written in the very turn of the loop in which it is put: a task that does it
    would come after everything else that is ready, and a caller hears every turn as silence. Only
    where Asterisk reads too slowly do frames wait here, in order, for `run`."""

    def __init__(self, socket: FrameWriter) -> None:
        self._socket = socket
        self._waiting: deque[bytes] = deque()
        self._held_up: _Begun | None = None  # what all that waits here has to wait for
        self._failure: Exception | None = None
        self._wake = asyncio.Event()

    def put(self, frame: bytes) -> None:
        """Never waits, never fails; `run` tells of what is lost."""
        if self._held_up or self._failure:
            self._waiting.append(frame)
            return
        sending = self._socket.send_frame(frame, WSMsgType.TEXT)
        try:
            until = sending.send(None)
        except StopIteration:
            return
        except (ClientError, OSError) as error:
            self._failure = error
        else:
            self._held_up = _Begun(sending, until)
        self._wake.set()

    async def run(self) -> Never:
        """Until it raises Lost."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._catch_up()
            except (ClientError, OSError) as error:
                raise Lost(f"write failed: {error}") from error

    async def _catch_up(self) -> None:
        if self._failure:
            raise self._failure
        if self._held_up:
            await self._held_up
        while self._waiting:
            await self._socket.send_frame(self._waiting.popleft(), WSMsgType.TEXT)
        self._held_up = None


class _Begun:
    """A coroutine that has come to its first wait: awaiting this goes on with it."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], until: Any) -> None:
        self._coroutine = coroutine
        self._until = until  # what the loop is to call back

    def __await__(self) -> Generator[Any, Any, None]:
        until = self._until
        try:
            while True:
                try:
                    came = yield until
                except BaseException as error:
                    until = self._coroutine.throw(error)
                else:
                    until = self._coroutine.send(came)
        except StopIteration:
            return
