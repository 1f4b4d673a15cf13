"""These tests talk to peers on 127.0.0.1, so their clock stands still while anything moves."""

import asyncio
import selectors
from collections.abc import Callable, Mapping
from typing import Any

import pytest

_QUIET_SECONDS = 0.005  # the loopback interface has delivered everything by then


class _QuietSelector(selectors.DefaultSelector):
    """Waits for no timer: when nothing has moved for a moment, the clock jumps to it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        ready = super().select(None if timeout is None else _QUIET_SECONDS)
        if not ready and timeout is not None:
            self.now += timeout
        return ready


class QuietLoop(asyncio.SelectorEventLoop):
    """Deadlines pass in no time, and a busy machine never makes one pass too early."""

    def __init__(self) -> None:
        self._clock = _QuietSelector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"quiet": QuietLoop}
