"""RTP between the world's Asterisk and our ears and mouths: one UDP socket per party."""

import asyncio
import random
import struct

from ari_app.lab.ear import FRAME, Ear
from ari_app.lab.mouth import Mouth

ALAW_PAYLOAD = 8
HEADER = struct.Struct("!BBHII")
PACKET_SECONDS = 0.02


class Media(asyncio.DatagramProtocol):
    """Receives what the party hears, sends what it says, 50 packets a second each way."""

    def __init__(self, ear: Ear, mouth: Mouth) -> None:
        self.ear = ear
        self.mouth = mouth
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._peer: tuple[str, int] | None = None
        self._sequence = random.randrange(65536)
        self._timestamp = random.randrange(1 << 31)
        self._ssrc = random.randrange(1 << 32)
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    async def open(cls, ear: Ear, mouth: Mouth) -> "Media":
        loop = asyncio.get_running_loop()
        transport, media = await loop.create_datagram_endpoint(
            lambda: cls(ear, mouth), local_addr=("127.0.0.1", 0)
        )
        media._transport = transport
        media.port = transport.get_extra_info("sockname")[1]
        return media

    def start(self, peer_port: int) -> None:
        """Begins to send to Asterisk's port, which makes Asterisk send as well."""
        self._peer = ("127.0.0.1", peer_port)
        self._due = asyncio.get_running_loop().time()
        self._send()

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
        if self._transport:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002
        if len(data) == HEADER.size + FRAME and data[1] & 0x7F == ALAW_PAYLOAD:
            self.ear.listen(data[HEADER.size :])

    def _send(self) -> None:
        """One packet; the next is timed from when this one was due, so no drift adds up."""
        loop = asyncio.get_running_loop()
        header = HEADER.pack(0x80, ALAW_PAYLOAD, self._sequence, self._timestamp, self._ssrc)
        assert self._transport
        self._transport.sendto(header + self.mouth.next_frame(), self._peer)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + FRAME) & 0xFFFFFFFF
        self._due += PACKET_SECONDS
        if loop.time() - self._due > 1.0:  # the machine stood still: do not send it all at once
            self._due = loop.time()
        self._timer = loop.call_at(self._due, self._send)
