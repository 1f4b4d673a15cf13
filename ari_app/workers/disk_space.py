"""Watches how much room a folder's file system has left."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ari_app.domain.recording import CRITICAL_SHARE, LOW_SHARE, Space, judge_space
from ari_app.ports import Clock

log = logging.getLogger(__name__)


def _ignore(space: Space, free_share: float) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class SpaceLimits:
    """Shares of the file system below which there is an alarm, and below which it is serious."""

    low: float = LOW_SHARE
    critical: float = CRITICAL_SHARE


class DiskSpace:
    def __init__(
        self,
        folder: Path,
        clock: Clock,
        limits: SpaceLimits = SpaceLimits(),
        on_change: Callable[[Space, float], None] = _ignore,
    ) -> None:
        """`on_change` gets the new level and the free share, on each change of level."""
        self._folder, self._clock = folder, clock
        self._limits, self._on_change = limits, on_change
        self._full_at: datetime | None = None
        self._seen_at: float | None = None
        self.level = Space.OK
        self.free_bytes: int | None = None  # not looked yet
        self.total_bytes: int | None = None

    def was_full_since(self, moment: datetime) -> bool:
        return self._full_at is not None and self._full_at >= moment

    async def probe(self, *, seen_within: float = 0.0) -> Space:
        """Looks, unless somebody has so many seconds ago. A folder that cannot be looked at counts
        as full."""
        if self._seen_at is not None and self._clock.monotonic() - self._seen_at < seen_within:
            return self.level
        free, total = await asyncio.to_thread(self._measure)
        self._seen_at = self._clock.monotonic()
        self.free_bytes, self.total_bytes = free, total
        level = judge_space(
            free, total, low_share=self._limits.low, critical_share=self._limits.critical
        )
        if level is Space.FULL:
            self._full_at = self._clock.now()
        if level is not self.level:
            severity = logging.WARNING if level is Space.OK else logging.ERROR
            log.log(severity, "space for recordings is %s", level, extra={"free_bytes": free})
            self.level = level
            self._on_change(level, free / total if total else 0.0)
        return level

    async def watch(self, every: float, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Probe every so many seconds until cancelled."""
        while True:
            await self.probe()
            await sleep(every)

    def _measure(self) -> tuple[int, int]:
        try:
            usage = shutil.disk_usage(self._folder)
        except OSError as error:
            log.error("recordings cannot be reached: %s", error)
            return 0, 0
        return usage.free, usage.total
