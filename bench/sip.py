"""SIP and SDP as text (RFC 3261, RFC 4566): as much as a simulated caller or phone says."""

import asyncio
import re
import secrets
from dataclasses import dataclass

HOST = "127.0.0.1"
PCMA = 8


@dataclass
class Dialog:
    """The two ends of one call. `local` and `remote` are what From and To of our requests say."""

    port: int
    call_id: str
    local: str
    remote: str
    target: str

    def request(self, method: str, number: int, body: str = "") -> str:
        """Args: number: of CSeq."""
        own = f"{HOST}:{self.port}"
        lines = [
            f"{method} {self.target} SIP/2.0",
            f"Via: SIP/2.0/UDP {own};branch=z9hG4bK{secrets.token_hex(8)};rport",
            f"From: {self.local}",
            f"To: {self.remote}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:bench@{own}>",
            "Max-Forwards: 70",
        ]
        return _message(lines, body)


class Endpoint(asyncio.DatagramProtocol):
    """One socket that speaks with one peer, both on the loopback address."""

    def __init__(self, port: int, peer_port: int) -> None:
        self.port = port
        self.peer = (HOST, peer_port)
        self._transport: asyncio.DatagramTransport

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(HOST, self.port)
        )

    def close(self) -> None:
        self._transport.close()

    def send(self, message: str) -> None:
        self._transport.sendto(message.encode(), self.peer)


def answered(request: str, *, tag: str = "", port: int = 0, body: str = "") -> str:
    """200 to a request; a new dialogue's first answer needs our tag and our port."""
    to = header(request, "To")
    lines = [
        "SIP/2.0 200 OK",
        *(f"{name}: {header(request, name)}" for name in ("Via", "From", "Call-ID", "CSeq")),
        f"To: {to};tag={tag}" if tag and ";tag=" not in to else f"To: {to}",
        *([f"Contact: <sip:bench@{HOST}:{port}>"] if port else []),
    ]
    return _message(lines, body)


def offer(port: int) -> str:
    """Audio to and from this port, keys as telephone events."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP {PCMA} 101\r\na=rtpmap:{PCMA} PCMA/8000\r\n"
        "a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na=sendrecv\r\n"
    )


def header(message: str, name: str) -> str:
    """The value of a header's first line; empty when there is none."""
    found = re.search(rf"^{name}:[ \t]*(.*?)\r?$", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def user(value: str) -> str:
    """Whom an address in a header or a request line names."""
    found = re.search(r"sip:([^@;>]+)@", value)
    return found[1] if found else ""


def contact(message: str) -> str:
    """Where the other side wants further requests."""
    return header(message, "Contact").partition("<")[2].partition(">")[0]


def _message(lines: list[str], body: str) -> str:
    kind = ["Content-Type: application/sdp"] if body else []
    return "\r\n".join((*lines, *kind, f"Content-Length: {len(body)}", "", body))
