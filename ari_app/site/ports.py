"""Finding ports that nobody uses, below the range the kernel hands out by itself."""

import contextlib
import random
import socket

LOWEST, HIGHEST = 10_000, 31_000  # Linux gives out 32768 and up to outgoing connections
RTP_BLOCK = 1_000


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
        port = random.randrange(LOWEST, HIGHEST)
        if port not in found and is_free(port):
            found.append(port)
    return found


def rtp_range() -> tuple[int, int]:
    """A block of media ports; Asterisk skips single ports in it that are taken."""
    start = random.randrange(LOWEST, HIGHEST - RTP_BLOCK, RTP_BLOCK)
    return start, start + RTP_BLOCK - 1
