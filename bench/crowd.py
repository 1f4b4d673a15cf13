"""Callers who dial, say nothing, and stay until somebody hangs up; all on one socket."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Container

from bench.sip import HOST, Dialog, Endpoint, answered, contact, header, offer

_numbers = itertools.count(13_700_000_000)


class Crowd(Endpoint):
    """Our end of the trunk. `on_gone` hears of every call that the hotline ends."""

    def __init__(self, port: int, peer_port: int, media_port: int) -> None:
        super().__init__(port, peer_port)
        self.on_gone: Callable[[str], None] = lambda _: None
        self.refused: list[str] = []
        self._sound = offer(media_port)
        self._calls: dict[str, tuple[str, Dialog]] = {}  # by Call-ID: the caller and the call

    def dial(self, number: str) -> tuple[str, float]:
        """The caller's own number, and when it dialled (`time.perf_counter()`)."""
        caller, call_id = str(next(_numbers)), secrets.token_hex(12)
        target = f"sip:{number}@{HOST}:{self.peer[1]}"
        local = f"<sip:{caller}@{HOST}:{self.port}>;tag={secrets.token_hex(4)}"
        dialog = Dialog(self.port, call_id, local, f"<{target}>", target)
        self._calls[call_id] = caller, dialog
        message = dialog.request("INVITE", 1, self._sound)
        at = time.perf_counter()
        self.send(message)
        return caller, at

    @property
    def callers(self) -> list[str]:
        """The numbers of all who are on the line."""
        return [caller for caller, _ in self._calls.values()]

    async def leave(self, who: Container[str], per_second: float) -> None:
        """These hang up, one after the other."""
        for call_id, (caller, dialog) in tuple(self._calls.items()):
            if caller in who and call_id in self._calls:
                del self._calls[call_id]
                self.send(dialog.request("BYE", 2))
                await asyncio.sleep(1 / per_second)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's shape
        message = data.decode(errors="replace")
        call_id = header(message, "Call-ID")
        if message.startswith("SIP/2.0 "):
            self._response(message, call_id)
        elif message.startswith("INVITE"):  # other media
            self.send(answered(message, port=self.port, body=self._sound))
        elif not message.startswith("ACK"):
            self.send(answered(message))
            if message.startswith("BYE") and call_id in self._calls:
                self.on_gone(self._calls.pop(call_id)[0])

    def _response(self, message: str, call_id: str) -> None:
        status = int(message[8:11])
        if status < 200 or "INVITE" not in header(message, "CSeq") or call_id not in self._calls:
            return
        caller, dialog = self._calls[call_id]
        dialog.remote = header(message, "To")
        if status < 300:
            dialog.target = contact(message)
        else:
            del self._calls[call_id]
            self.refused.append(caller)
            self.on_gone(caller)
        self.send(dialog.request("ACK", 1))
