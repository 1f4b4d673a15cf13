"""Callers who press keys: each dials, presses one key after the other, and waits to be hung up on.

All on one SIP and one RTP socket, without voice: what is measured is what the hotline does. Keys
are RTP events (RFC 4733).
"""

import asyncio
import itertools
import re
import secrets
import struct
import time
from dataclasses import dataclass

from bench.sip import HOST, Dialog, Endpoint, answered, contact, header, offer

EVENTS, EVENT_TYPE = "0123456789*#", 101
RTP = struct.Struct("!BBHIIBBH")
KEY_SAMPLES = 800  # 100 ms: shorter ones are stretched by Asterisk
MARKED, END, VOLUME = 0x80, 0x80, 10
_numbers = itertools.count(13_600_000_000)


@dataclass
class Pressed:
    """One call; times are `time.perf_counter()` seconds, 0 where that did not come. `pressed`: its
    last key."""

    invited: float
    answered: float = 0.0
    pressed: float = 0.0
    over: float = 0.0
    refused: int = 0

    @property
    def is_served(self) -> bool:
        """Hung up on by the hotline, and not before the last key."""
        return bool(self.answered and self.over > self.pressed > 0)


class Pressers(Endpoint):
    """Our end of the trunk."""

    def __init__(self, port: int, peer_port: int) -> None:
        super().__init__(port, peer_port)
        self._calls: dict[str, _Presser] = {}

    async def open(self) -> None:
        await super().open()
        loop = asyncio.get_running_loop()
        self._media, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=(HOST, 0)
        )
        self.media_port: int = self._media.get_extra_info("sockname")[1]

    def close(self) -> None:
        super().close()
        self._media.close()

    async def call(self, number: str, keys: str, *, after: float, within: float) -> Pressed:
        """Presses each key `after` so many seconds of the answer or of the key before.

        Args:
            within: seconds until the hotline has to hang up; then the caller does.
        """
        call = _Presser(self, number)
        self._calls[call.id] = call
        pressing = asyncio.create_task(call.press(keys, after))
        try:
            async with asyncio.timeout(within):
                await call.ended.wait()
        except TimeoutError:
            call.leave()
        finally:
            pressing.cancel()
            del self._calls[call.id]
        return call.pressed

    def key(self, port: int, source: int, number: int, stamp: int, key: str) -> None:
        """Start, middle, and the end three times over (RFC 4733, 2.5.1.4)."""
        event = EVENTS.index(key)
        for n, (is_end, samples) in enumerate(
            ((0, KEY_SAMPLES // 4), (0, KEY_SAMPLES // 2), *[(END, KEY_SAMPLES)] * 3)
        ):
            kind = EVENT_TYPE | (0 if n else MARKED)
            packet = RTP.pack(
                0x80, kind, number + n, stamp, source, event, is_end | VOLUME, samples
            )
            self._media.sendto(packet, (HOST, port))

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's shape
        at, message = time.perf_counter(), data.decode(errors="replace")
        call = self._calls.get(header(message, "Call-ID"))
        if message.startswith("SIP/2.0 "):
            if call is not None:
                call.on_response(message, at)
        elif not message.startswith("ACK"):
            self.send(answered(message))
            if message.startswith("BYE") and call is not None:
                call.on_bye(at)


PACKETS_OF_A_KEY = 5


class _Presser:
    def __init__(self, trunk: Pressers, number: str) -> None:
        self.id = secrets.token_hex(12)
        self.ended = asyncio.Event()
        self._trunk = trunk
        self._answered = asyncio.Event()
        self._port = 0
        target = f"sip:{number}@{HOST}:{trunk.peer[1]}"
        local = f"<sip:{next(_numbers)}@{HOST}:{trunk.port}>;tag={secrets.token_hex(4)}"
        self._dialog = Dialog(trunk.port, self.id, local, f"<{target}>", target)
        invite = self._dialog.request("INVITE", 1, offer(trunk.media_port))
        self.pressed = Pressed(time.perf_counter())
        trunk.send(invite)

    async def press(self, keys: str, after: float) -> None:
        await self._answered.wait()
        began, source = time.perf_counter(), secrets.randbits(32)
        for n, key in enumerate(keys, start=1):
            await asyncio.sleep(began + n * after - time.perf_counter())
            last = time.perf_counter() if n == len(keys) else 0.0
            self._trunk.key(self._port, source, n * PACKETS_OF_A_KEY, int(n * after * 8000), key)
            self.pressed.pressed = last

    def leave(self) -> None:
        method = "BYE" if self.pressed.answered else "CANCEL"
        self._trunk.send(self._dialog.request(method, 2 if method == "BYE" else 1))

    def on_response(self, message: str, at: float) -> None:
        status = int(message[8:11])
        if status < 200 or "INVITE" not in header(message, "CSeq"):
            return
        self._dialog.remote = header(message, "To")
        if status < 300:
            self._dialog.target = contact(message)
            self.pressed.answered = self.pressed.answered or at
            if media := re.search(r"^m=audio (\d+)", message, re.MULTILINE):
                self._port = int(media[1])
            self._answered.set()
        else:
            self.pressed.refused = status
            self.ended.set()
        self._trunk.send(self._dialog.request("ACK", 1))

    def on_bye(self, at: float) -> None:
        self.pressed.over = self.pressed.over or at
        self.ended.set()
