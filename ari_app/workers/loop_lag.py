"""Notices that the event loop does not run, and ends the process so that it is started anew.

A frozen engine is worse than a dead one: Asterisk goes on sending it calls until its socket is
full. Three look, each where the one before cannot: the loop itself when it runs again, a thread
while it does not, and faulthandler's own watch when native code never lets a thread run.
"""

import asyncio
import faulthandler
import logging
import math
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NoReturn

from ari_app.workers.supervised import ALIVE, READY, STOPPING, Notify, notifier

log = logging.getLogger(__name__)

TICK_SECONDS = 0.1
SAY_SECONDS = 1.0  # how often the supervisor hears of us; it waits ten times as long
KEPT_TICKS = 600
EXIT_CODE = 70  # EX_SOFTWARE of sysexits(3)
GRACE_SECONDS = 2.0


class Lags:
    """How late the loop was, over the last minute."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=KEPT_TICKS)

    def add(self, seconds: float) -> None:
        self._seconds.append(max(0.0, seconds))

    @property
    def worst(self) -> float:
        return max(self._seconds, default=0.0)

    @property
    def p99(self) -> float:
        """The lag that 99 of 100 ticks did not exceed (nearest rank)."""
        if not self._seconds:
            return 0.0
        return sorted(self._seconds)[math.ceil(0.99 * len(self._seconds)) - 1]


def end_process(lag: float) -> NoReturn:
    """Shows what every thread is doing and is gone, without tidying up: the calls go on."""
    # Even writing may hang, on a full pipe or on a lock that the frozen thread holds.
    threading.Thread(target=_exit_later, daemon=True).start()
    faulthandler.dump_traceback(sys.__stderr__ or 2)
    log.critical("the event loop stood still for %.1f s: this process ends itself", lag)
    os._exit(EXIT_CODE)


def _exit_later() -> None:
    time.sleep(GRACE_SECONDS)
    os._exit(EXIT_CODE)


class LoopLag:
    """`run` inside the loop that is watched. `lags` is for the metrics."""

    def __init__(
        self,
        frozen_seconds: float = 5.0,
        *,
        notify: Notify | None = None,
        end: Callable[[float], object] = end_process,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            end: called with the seconds the loop stood still, maybe from another thread.
        """
        self._frozen_seconds = frozen_seconds
        self._notify = notify or notifier()
        self._end = end
        self._now = now
        self._due = math.inf  # when the loop ought to tick next
        self._said = -math.inf
        self.lags = Lags()

    async def run(self) -> None:
        """Until it is cancelled."""
        stopped = threading.Event()
        thread = threading.Thread(target=self._watch, args=(stopped,), name="loop lag", daemon=True)
        self._notify(READY)
        self.tick()
        thread.start()
        try:
            while True:
                await asyncio.sleep(TICK_SECONDS)
                self.tick()
        finally:
            stopped.set()
            faulthandler.cancel_dump_traceback_later()
            self._notify(STOPPING)

    def tick(self) -> None:
        """The loop runs. A process that slept too long must not act on what it knew before."""
        now = self._now()
        lag = now - self._due
        if lag > self._frozen_seconds:
            self._end(lag)
        if self._due < math.inf:
            self.lags.add(lag)
        if now - self._said >= SAY_SECONDS:
            self._said = now
            self._notify(ALIVE)
            faulthandler.dump_traceback_later(
                self._frozen_seconds + SAY_SECONDS + GRACE_SECONDS, exit=True
            )
        self._due = now + TICK_SECONDS

    def check(self) -> None:
        """From the thread: does the loop still run?"""
        lag = self._now() - self._due
        if lag > self._frozen_seconds:
            self._end(lag)

    def _watch(self, stopped: threading.Event) -> None:
        while not stopped.wait(min(0.5, self._frozen_seconds / 4)):
            self.check()
