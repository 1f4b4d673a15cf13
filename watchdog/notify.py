"""Tells the supervisor of this process that it is ready and alive (sd_notify(3))."""

import contextlib
import os
import socket


def notify(state: str) -> None:
    """`READY=1` or `WATCHDOG=1`; nothing happens where nobody asked to be told."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as messenger:
        messenger.setblocking(False)
        with contextlib.suppress(OSError):
            messenger.sendto(state.encode(), address.replace("@", "\0", 1))
