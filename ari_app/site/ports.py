"""Finding ports that nobody uses, below the range the kernel hands out by itself."""

import contextlib
import random
import socket

# Linux gives out 32768 and up to outgoing connections. Media has a range of its own, or Asterisk
# could take the port of a server that is not running yet.
SINGLE = range(10_000, 20_000)
MEDIA = range(20_000, 32_000, 4_000)  # two ports for each leg, and a call has two


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Nobody listens there, for TCP and UDP alike."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with contextlib.closing(socket.socket(socket.AF_INET, kind)) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def free_ports(count: int) -> list[int]:
    """Distinct free ports, picked at random so that two sites set up at once rarely meet."""
    found: list[int] = []
    while len(found) < count:
        port = random.choice(SINGLE)
        if port not in found and is_free(port):
            found.append(port)
    return found


def rtp_range() -> tuple[int, int]:
    """A block of media ports; Asterisk skips single ports in it that are taken."""
    start = random.choice(MEDIA)
    return start, start + MEDIA.step - 1
