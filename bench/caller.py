"""A caller made of SIP and RTP datagrams: dials, answers 200 with ACK, talks silence, hangs up.

It notes when the call was answered (RFC 3261) and when the first packet of sound came (RFC 3550).
"""

import asyncio
import re
import secrets
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.sip import HOST, PCMA, Dialog, Endpoint, answered, contact, header, offer

PACKET_SECONDS, PACKET_SAMPLES = 0.02, 160  # alaw, one byte per sample
CALLER = "13900000000"
SILENCE = b"\xd5" * PACKET_SAMPLES
RTP_HEADER = struct.Struct("!BBHII")
Heard = Callable[[bytes, float], None]


@dataclass
class Call:
    """What happened and when; times are `time.perf_counter()` seconds, 0 where it did not."""

    number: str
    invited: float = 0.0
    answered: float = 0.0
    heard: float = 0.0
    first_packet: bytes = b""
    status: int = 0


class Trunk(Endpoint):
    """Our end of a SIP trunk: one socket, as many calls as wanted."""

    def __init__(self, port: int, peer_port: int) -> None:
        super().__init__(port, peer_port)
        self._dialogues: dict[str, Dialogue] = {}

    async def call(self, number: str, *, listen_seconds: float, within: float = 5.0) -> Call:
        """Dials, listens so long after the first sound, hangs up. What failed stays 0."""
        async with Media() as media:
            dialogue = Dialogue(self, number, media)
            self._dialogues[dialogue.id] = dialogue
            try:
                await dialogue.live(listen_seconds, within)
            finally:
                del self._dialogues[dialogue.id]
            return dialogue.call

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's shape
        at = time.perf_counter()
        message = data.decode(errors="replace")
        dialogue = self._dialogues.get(header(message, "Call-ID"))
        if message.startswith("SIP/2.0 "):
            if dialogue is not None:
                dialogue.on_response(message, at)
            return
        self.send(answered(message))


class Media(asyncio.DatagramProtocol):
    """One RTP socket that sends silence once it knows where to."""

    async def __aenter__(self) -> "Media":
        loop = asyncio.get_running_loop()
        self.on_packet: Heard | None = None
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))
        self.port: int = self._transport.get_extra_info("sockname")[1]
        self._talking: asyncio.Task[None] | None = None
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._talking is not None:
            self._talking.cancel()
        self._transport.close()

    def talk_to(self, port: int) -> None:
        """The first packet leaves at once: Asterisk's Answer waits for it."""
        if self._talking is None:
            self._talking = asyncio.create_task(self._talk(port), name=f"rtp to {port}")

    async def _talk(self, port: int) -> None:
        source, loop = secrets.randbits(32), asyncio.get_running_loop()
        started = loop.time()
        for n in range(1 << 15):
            header = RTP_HEADER.pack(0x80, PCMA, n, n * PACKET_SAMPLES, source)
            self._transport.sendto(header + SILENCE, (HOST, port))
            await asyncio.sleep(max(0.0, started + (n + 1) * PACKET_SECONDS - loop.time()))

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's shape
        if self.on_packet is not None:
            self.on_packet(data, time.perf_counter())


class Dialogue:
    """INVITE, ACK and BYE of one call (RFC 3261 section 13); the loopback loses nothing, so
    nothing is sent twice."""

    def __init__(self, trunk: Trunk, number: str, media: Media) -> None:
        self.id = secrets.token_hex(12)
        self.call = Call(number)
        self._trunk = trunk
        self._media = media
        self._sound, self._final = asyncio.Event(), asyncio.Event()
        target = f"sip:{number}@{HOST}:{trunk.peer[1]}"
        local = f"<sip:{CALLER}@{HOST}:{trunk.port}>;tag={secrets.token_hex(4)}"
        self._dialog = Dialog(trunk.port, self.id, local, f"<{target}>", target)
        media.on_packet = self._on_packet

    async def live(self, listen_seconds: float, within: float) -> None:
        invite = self._dialog.request("INVITE", 1, offer(self._media.port))
        self.call.invited = time.perf_counter()
        self._trunk.send(invite)
        try:
            async with asyncio.timeout(within):
                await self._sound.wait()
                await asyncio.sleep(listen_seconds)
                self._final.clear()
                self._trunk.send(self._dialog.request("BYE", 2))
                await self._final.wait()
        except TimeoutError:
            self._trunk.send(self._dialog.request("BYE" if self.call.answered else "CANCEL", 2))

    def on_response(self, message: str, at: float) -> None:
        status = int(message[8:11])
        if status >= 200 and "INVITE" in header(message, "CSeq"):
            self._on_final(message, status, at)
        elif status >= 200:
            self._final.set()

    def _on_final(self, message: str, status: int, at: float) -> None:
        self._dialog.remote = header(message, "To")
        self.call.status = status
        if status < 300:
            self.call.answered = self.call.answered or at
            self._dialog.target = contact(message)
            media = re.search(r"^m=audio (\d+)", message, re.MULTILINE)
            self._trunk.send(self._dialog.request("ACK", 1))
            if media is not None:
                self._media.talk_to(int(media[1]))

    def _on_packet(self, data: bytes, at: float) -> None:
        if not self.call.heard:
            self.call.heard, self.call.first_packet = at, data[RTP_HEADER.size :]
            self._sound.set()
