"""Signs of life for whoever started this process: systemd, or the keeper of `hotline up`.

The protocol is sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names.
"""

import contextlib
import os
import socket
from collections.abc import Callable, Mapping

Notify = Callable[[str], None]
READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


def notifier(env: Mapping[str, str] = os.environ) -> Notify:
    """Says nothing where nobody listens; never raises, never waits."""
    address = env.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return lambda state: None  # noqa: ARG005

    def notify(state: str) -> None:
        # A socket per message: the one who listens may be started anew.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as messenger,
        ):
            messenger.setblocking(False)
            messenger.sendto(state.encode(), address.replace("@", "\0", 1))

    return notify
