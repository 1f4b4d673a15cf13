"""The phones of many agents on one socket: each answers at once and hangs up when told."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.sip import Dialog, Endpoint, answered, contact, header, offer, user


@dataclass(frozen=True)
class Ring:
    """An INVITE: to which phone, from which caller, and when, on both clocks of Python."""

    phone: str
    caller: str
    at: float  # time.perf_counter()
    wall: float  # time.time()


class Phones(Endpoint):
    """`on_ring` hears of every new INVITE, `on_talk` once the call is up."""

    def __init__(self, port: int, peer_port: int, media_port: int) -> None:
        super().__init__(port, peer_port)
        self.on_ring: Callable[[Ring], None] = lambda _: None
        self.on_talk: Callable[[str], None] = lambda _: None
        self.rings: list[Ring] = []
        self._sound = offer(media_port)
        self._dialogs: dict[str, tuple[str, Dialog]] = {}  # by Call-ID: the phone and its call
        self._calls: dict[str, Dialog] = {}  # by phone

    @property
    def talking(self) -> list[str]:
        """Who is in a call, the longest one first."""
        return list(self._calls)

    def hang_up(self, phone: str) -> float:
        """Says BYE; when, in seconds of `time.perf_counter()`."""
        dialog = self._calls.pop(phone)
        del self._dialogs[dialog.call_id]
        message = dialog.request("BYE", 1)
        at = time.perf_counter()
        self.send(message)
        return at

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's shape
        at, wall = time.perf_counter(), time.time()
        message = data.decode(errors="replace")
        method, call_id = message.split(" ", 1)[0], header(message, "Call-ID")
        if method == "INVITE" and call_id not in self._dialogs:
            self._ring(message, call_id, at, wall)
        elif method == "INVITE":  # sent again, or with other media
            self._answer(message, self._dialogs[call_id][1])
        elif method == "ACK" and call_id in self._dialogs:
            self._talk(call_id)
        elif method in {"BYE", "CANCEL"}:
            self._over(call_id)
            self.send(answered(message))
        elif not method.startswith(("SIP/", "ACK")):
            self.send(answered(message))

    def _ring(self, message: str, call_id: str, at: float, wall: float) -> None:
        ring = Ring(user(message.split("\r\n", 1)[0]), user(header(message, "From")), at, wall)
        self.rings.append(ring)
        self.on_ring(ring)
        local = f"{header(message, 'To')};tag={secrets.token_hex(4)}"
        dialog = Dialog(self.port, call_id, local, header(message, "From"), contact(message))
        self._dialogs[call_id] = ring.phone, dialog
        self._answer(message, dialog)

    def _answer(self, message: str, dialog: Dialog) -> None:
        tag = dialog.local.rpartition(";tag=")[2]
        self.send(answered(message, tag=tag, port=self.port, body=self._sound))

    def _talk(self, call_id: str) -> None:
        phone, dialog = self._dialogs[call_id]
        if phone not in self._calls:
            self._calls[phone] = dialog
            self.on_talk(phone)

    def _over(self, call_id: str) -> None:
        phone, _ = self._dialogs.pop(call_id, ("", None))
        if phone in self._calls and self._calls[phone].call_id == call_id:
            del self._calls[phone]
