"""Finding ports that nobody uses, below the range the kernel hands out by itself."""

import contextlib
import random
import socket
from collections import deque

from ari_app.domain.errors import Unavailable

# Linux gives out 32768 and up to outgoing connections. Media has a range of its own, or Asterisk
# could take the port of a server that is not running yet.
SINGLE = range(10_000, 20_000)
BLOCK = 100
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


class Blocks:
    """Ports in blocks, of which each belongs to one process at a time.

    A port that is free when a site is made is bound seconds later; another process that looked in
    between would find it free as well. So a process first takes a block, by a name that only one
    socket of this network namespace can have and that the kernel frees when the process ends.
    """

    def __init__(self, name: str = "hotline-ports") -> None:
        self._name = name
        self._taken: socket.socket | None = None
        self._ports: deque[int] = deque()  # of the block, the next first

    def pick(self, count: int) -> list[int]:
        """Distinct ports that nobody listens on and that no other process is given.

        Raises: Unavailable when too few are free.
        """
        if self._taken is None:
            self._take()
        found: list[int] = []
        for _ in range(BLOCK):
            port = self._ports[0]
            self._ports.rotate(-1)
            if is_free(port):
                found.append(port)
            if len(found) == count:
                return found
        raise Unavailable(f"no {count} ports are free in this process's block: {len(found)} are")

    def give_back(self) -> None:
        """Other processes may take the block."""
        if self._taken is not None:
            self._taken.close()
            self._taken = None

    def _take(self) -> None:
        starts = list(SINGLE[::BLOCK])
        random.shuffle(starts)
        for start in starts:
            holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                holder.bind(f"\0{self._name}-{start}")
            except OSError:
                holder.close()
                continue
            self._taken = holder
            # Somewhere in it: sites of which nothing runs have ports of other blocks, too.
            self._ports = deque(range(start, start + BLOCK))
            self._ports.rotate(random.randrange(BLOCK))
            return
        raise Unavailable(f"ports: all {len(starts)} blocks are taken by processes that set up")


_blocks = Blocks()


def free_ports(count: int) -> list[int]:
    """Distinct ports that nobody listens on and that no other process is given while ours lives.

    Raises: Unavailable when too few are free.
    """
    return _blocks.pick(count)


def rtp_range() -> tuple[int, int]:
    """A block of media ports; Asterisk skips single ports in it that are taken."""
    start = random.choice(MEDIA)
    return start, start + MEDIA.step - 1
