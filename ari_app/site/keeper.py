"""Keeps a program running: `python -m ari_app.site.keeper RUN LOG NAME FROZEN NICE USER COMMAND...`

What systemd does for an installed hotline (Restart=always, WatchdogSec), for `hotline up`.
The program outlives its keeper, and a new keeper takes it over by its pid file.
"""

import contextlib
import logging
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ari_app.logs import configure
from ari_app.site.kept import SAME_USER, notify_address
from ari_app.site.processes import Background

log = logging.getLogger(__name__)

FIRST_BREAK, LONGEST_BREAK = 0.2, 10.0
SETTLED_SECONDS = 30.0  # who ran for so long died of something new
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid (unix(7), SCM_CREDENTIALS)


def break_seconds(deaths: int) -> float:
    """How long to wait after so many early deaths in a row. Never gives up."""
    return min(LONGEST_BREAK, FIRST_BREAK * 2.0 ** min(deaths - 1, 10))


class Keeper:
    """`run` returns after SIGTERM and leaves the program as it is."""

    def __init__(
        self,
        process: Background,
        command: Sequence[str],
        frozen_seconds: float,
        user: tuple[int, int] | None = None,
    ) -> None:
        self._process = process
        self._command = command
        self._user = user
        self._frozen_seconds = frozen_seconds
        self._stopped = False
        self._deaths = 0
        self._bell = _bell()
        self._ear = _ear(notify_address(process))

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        started = time.monotonic()
        while not self._stopped:
            if (pid := self._process.pid()) is not None:
                self._watch(pid)
            if not self._stopped:
                self._after_death(time.monotonic() - started)
                started = time.monotonic()

    def _stop(self, *_: object) -> None:
        self._stopped = True

    def _after_death(self, lived: float) -> None:
        self._deaths = 1 if lived >= SETTLED_SECONDS else self._deaths + 1
        wait = break_seconds(self._deaths)
        name = self._process.name
        log.error("%s ended, started again in %g s", name, wait, extra={"deaths": self._deaths})
        self._rest(wait)
        if not self._stopped:
            self._start()

    def _start(self) -> None:
        try:
            pid = self._process.start(self._command, os.environ, self._user)
            log.warning("%s started", self._process.name, extra={"pid": pid})
        except OSError as error:  # no process, memory or disk space left: the next try may do
            log.error("%s not started: %s", self._process.name, error)

    def _watch(self, pid: int) -> None:
        """Returns when the program has ended, was ended for being frozen, or we are to stop."""
        try:
            body = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        try:
            silent_since: float | None = None  # None: it never said anything, nothing is expected
            while not self._stopped and self._process.pid() == pid:
                if self._is_over(silent_since):
                    log.error("%s is frozen, killed", self._process.name)
                    self._process.kill()
                    return
                self._wait_for(self._left(silent_since), body)
                if self._heard(pid):
                    silent_since = time.monotonic()
        finally:
            os.close(body)

    def _left(self, silent_since: float | None) -> float | None:
        if silent_since is None:
            return None
        return max(0.0, silent_since + self._frozen_seconds - time.monotonic())

    def _is_over(self, silent_since: float | None) -> bool:
        return self._left(silent_since) == 0.0

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopped and (left := until - time.monotonic()) > 0:
            self._wait_for(left)

    def _wait_for(self, seconds: float | None, body: int | None = None) -> None:
        """Returns when a signal, a sign of life or the end of `body` comes, or time is over."""
        watched: list[int] = [self._bell.fileno()]
        if body is not None:
            watched += [body] if self._ear is None else [body, self._ear.fileno()]
        ready, _, _ = select.select(watched, [], [], seconds)
        if self._bell.fileno() in ready:
            self._bell.recv(64)

    def _heard(self, pid: int) -> bool:
        """The program itself said something; anybody can send here, so the sender counts."""
        heard = False
        while self._ear is not None:
            try:
                _, extra, _, _ = self._ear.recvmsg(256, socket.CMSG_SPACE(_CREDENTIALS.size))
            except BlockingIOError:
                break
            heard |= any(_CREDENTIALS.unpack(sender)[0] == pid for _, _, sender in extra)
        return heard


def _bell() -> socket.socket:
    """Rings when a signal comes, even just before we start to wait."""
    hear, ring = socket.socketpair()
    for end in (hear, ring):
        end.setblocking(False)
    signal.set_wakeup_fd(ring.detach(), warn_on_full_buffer=False)
    return hear


def _ear(address: str) -> socket.socket | None:
    """Where the program's signs of life come in; None when somebody else listens there."""
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.setblocking(False)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    try:
        ear.bind(address.replace("@", "\0", 1))
    except OSError as error:
        log.error("a frozen program will not be noticed: %s", error)
        ear.close()
        return None
    return ear


def _user(text: str) -> tuple[int, int] | None:
    """`UID:GID`, as keep() writes it."""
    if text == SAME_USER:
        return None
    uid, gid = map(int, text.split(":"))
    return uid, gid


def main(arguments: Sequence[str]) -> int:
    run, logs, name, frozen, nice, as_user, *command = arguments
    configure("info", f"{name}.keeper")
    with contextlib.suppress(KeyboardInterrupt):
        process = Background(name, Path(run), Path(logs), int(nice))
        Keeper(process, command, float(frozen), _user(as_user)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
