"""A SIP caller that writes its requests byte by byte: what no well-behaved phone would send."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

HOST = "127.0.0.1"
ANSWER_SECONDS = 1.5  # what cannot be read is not answered at all
STATUS = re.compile(rb"SIP/2\.0 (\d{3}) ")
TO = re.compile(rb"^To:[^\r\n]*", re.MULTILINE | re.IGNORECASE)
SDP = (
    f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
).encode()


@dataclass(frozen=True, slots=True)
class Caller:
    """What is said of who calls whom; each goes into the request as it is.

    Args:
        number: the user part of From, `name` its display name with whatever quotes it has.
    """

    number: bytes
    name: bytes = b""
    dialled: bytes = b"95001"
    more: bytes = b""  # whole header lines, each with its end


class _Replies(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.come: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.come.put_nowait(data)


@dataclass(slots=True)
class RawTrunk:
    """Sends from one port, to one SIP port; one call at a time."""

    transport: asyncio.DatagramTransport
    replies: _Replies
    port: int
    tag: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    @classmethod
    @asynccontextmanager
    async def open(cls, port: int, peer_port: int) -> AsyncIterator["RawTrunk"]:
        transport, replies = await asyncio.get_running_loop().create_datagram_endpoint(
            _Replies, local_addr=(HOST, port), remote_addr=(HOST, peer_port)
        )
        try:
            yield cls(transport, replies, port)
        finally:
            transport.close()

    async def vanish(self, caller: Caller) -> int:
        """As `call`, but after the answer nothing ever comes again: no audio, no BYE."""
        call_id = uuid.uuid4().hex.encode()
        self._send(b"INVITE", caller, call_id, 1, b"To: <sip:x@h>", SDP)
        status, to = await self._final(call_id)
        self._send(b"ACK", caller, call_id, 1, to)
        return status

    async def call(self, caller: Caller, stay_seconds: float = 0.3) -> int:
        """The final answer to INVITE, 0 when there was none. An answered call is hung up."""
        call_id = uuid.uuid4().hex.encode()
        self._send(b"INVITE", caller, call_id, 1, b"To: <sip:x@h>", SDP)
        status, to = await self._final(call_id)
        if status:
            self._send(b"ACK", caller, call_id, 1, to)
        if status == 200:
            await asyncio.sleep(stay_seconds)
            self._send(b"BYE", caller, call_id, 2, to)
            await self._final(call_id)
        return status

    async def _final(self, call_id: bytes) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while True:
                    reply = await self.replies.come.get()
                    found, to = STATUS.match(reply), TO.search(reply)
                    if found and to and call_id in reply and int(found[1]) >= 200:
                        return int(found[1]), to[0].strip()
        except TimeoutError:
            return 0, b""

    def _send(
        self,
        method: bytes,
        caller: Caller,
        call_id: bytes,
        number: int,
        to: bytes,
        body: bytes = b"",
    ) -> None:
        here = f"{HOST}:{self.port}".encode()
        branch = f"z9hG4bK{uuid.uuid4().hex}".encode()
        lines = (
            method + b" sip:" + caller.dialled + b"@" + HOST.encode() + b" SIP/2.0",
            b"Via: SIP/2.0/UDP " + here + b";branch=" + branch,
            b"From: " + caller.name + b"<sip:" + caller.number + b"@" + here + b">;tag="
            + self.tag.encode(),
            to,
            b"Call-ID: " + call_id,
            b"CSeq: %d " % number + method,
            b"Contact: <sip:caller@" + here + b">",
            b"Max-Forwards: 70",
            *([caller.more.rstrip(b"\r\n")] if caller.more else []),
            *([b"Content-Type: application/sdp"] if body else []),
            b"Content-Length: %d" % len(body),
        )  # fmt: skip
        self.transport.sendto(b"\r\n".join(lines) + b"\r\n\r\n" + body)
