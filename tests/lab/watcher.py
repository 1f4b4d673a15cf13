"""A phone that watches an agent: SUBSCRIBE with its account, then one NOTIFY for each change."""

import asyncio
import hashlib
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ari_app.site.layout import Phone

HOST = "127.0.0.1"
ANSWER_SECONDS = 5.0
STATUS = re.compile(r"SIP/2\.0 (\d{3}) ")
HEADER = re.compile(r"^(via|from|to|call-id|cseq):.*$", re.MULTILINE | re.IGNORECASE)
CHALLENGE = re.compile(r'(realm|nonce|opaque)="([^"]*)"')


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.come: asyncio.Queue[str] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.come.put_nowait(data.decode())


@dataclass(slots=True)
class Watcher:
    """RFC 6665 with RFC 3856's event `presence`; one subscription per socket."""

    phone: Phone
    number: str
    transport: asyncio.DatagramTransport
    datagrams: _Datagrams
    port: int
    call_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    tag: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    early: list[str] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def open(cls, phone: Phone, number: str, sip_port: int) -> AsyncIterator["Watcher"]:
        transport, datagrams = await asyncio.get_running_loop().create_datagram_endpoint(
            _Datagrams, local_addr=(HOST, 0), remote_addr=(HOST, sip_port)
        )
        port = transport.get_extra_info("sockname")[1]
        try:
            yield cls(phone, number, transport, datagrams, port)
        finally:
            transport.close()

    async def subscribe(self) -> int:
        """The final answer to the second SUBSCRIBE, the one with the account's digest."""
        self._subscribe(1)
        challenge = dict(CHALLENGE.findall(await self._reply()))
        self._subscribe(2, self._digest(challenge))
        found = STATUS.match(await self._reply())
        assert found is not None
        return int(found[1])

    async def until_notified(self, *words: str) -> str:
        """The body of the first NOTIFY that says all of this."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                body = await self._notified()
                if all(word in body for word in words):
                    return body

    async def _notified(self) -> str:
        if self.early:
            return self.early.pop(0)
        while not (message := await self.datagrams.come.get()).startswith("NOTIFY"):
            pass
        return self._accept(message)

    async def _reply(self) -> str:
        """A NOTIFY may overtake the answer to what it follows from."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while not STATUS.match(message := await self.datagrams.come.get()):
                self.early.append(self._accept(message))
            return message

    def _accept(self, notify: str) -> str:
        head, _, body = notify.partition("\r\n\r\n")
        same = [found[0] for found in HEADER.finditer(head.replace("\r\n", "\n"))]
        self._send("SIP/2.0 200 OK", *same, "Content-Length: 0")
        return body

    def _subscribe(self, number: int, authorization: str = "") -> None:
        here = f"{HOST}:{self.port}"
        self._send(
            f"SUBSCRIBE sip:{self.number}@{HOST} SIP/2.0",
            f"Via: SIP/2.0/UDP {here};rport;branch=z9hG4bK{uuid.uuid4().hex}",
            f"From: <sip:{self.phone.name}@{HOST}>;tag={self.tag}",
            f"To: <sip:{self.number}@{HOST}>",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} SUBSCRIBE",
            f"Contact: <sip:{self.phone.name}@{here}>",
            "Event: presence",
            "Accept: application/pidf+xml",
            "Expires: 60",
            "Max-Forwards: 70",
            *([authorization] if authorization else []),
            "Content-Length: 0",
        )

    def _digest(self, challenge: dict[str, str]) -> str:
        """RFC 2617, 3.2.2 with qop=auth."""
        user, uri, once = self.phone.name, f"sip:{self.number}@{HOST}", uuid.uuid4().hex
        who = _md5(f"{user}:{challenge['realm']}:{self.phone.password}")
        what = _md5(f"SUBSCRIBE:{uri}")
        response = _md5(f"{who}:{challenge['nonce']}:00000001:{once}:auth:{what}")
        return (
            f'Authorization: Digest username="{user}", realm="{challenge["realm"]}",'
            f' nonce="{challenge["nonce"]}", uri="{uri}", response="{response}", algorithm=MD5,'
            f' qop=auth, nc=00000001, cnonce="{once}", opaque="{challenge.get("opaque", "")}"'
        )

    def _send(self, *lines: str) -> None:
        self.transport.sendto(("\r\n".join(lines) + "\r\n\r\n").encode())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
