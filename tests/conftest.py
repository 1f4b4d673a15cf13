"""Shared by all tests: the clock that makes waiting free in unit tests, and how hard to look."""

import asyncio
import os
import selectors
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "tests" / "unit"
STUCK_SECONDS = 2.0

settings.register_profile(
    "quick",
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("quick"), max_examples=1000, stateful_step_count=80
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


class _JumpingSelector(selectors.DefaultSelector):
    """Its clock stands still while anything moves, and jumps when nothing does."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0  # jobs that run outside of the loop

    def select(self, timeout: float | None = None) -> Any:
        if ready := super().select(0):
            return ready
        if self._somebody_outside():
            return self._really_wait(timeout)
        if timeout is None:
            return self._last_chance()
        self.now += timeout
        return []

    def _somebody_outside(self) -> bool:
        """A socket, a pipe (one is the loop's own) or a thread may have something to say."""
        return self.threads > 0 or len(self.get_map()) > 1

    def _really_wait(self, timeout: float | None) -> Any:
        started = time.monotonic()
        ready = super().select(timeout)
        self.now += time.monotonic() - started
        return ready

    def _last_chance(self) -> Any:
        if ready := super().select(STUCK_SECONDS):
            return ready
        raise AssertionError("deadlock: nothing is scheduled and nothing is ready")


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer instead of sleeping."""

    def __init__(self) -> None:
        self._clock = _JumpingSelector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Any, *args: Any
    ) -> Any:
        future = super().run_in_executor(executor, func, *args)
        self._clock.threads += 1
        future.add_done_callback(self._thread_done)
        return future

    def _thread_done(self, _: object) -> None:
        self._clock.threads -= 1

    def run_until_complete(self, future: Any) -> Any:
        before = asyncio.all_tasks(self)
        result = super().run_until_complete(future)
        if before == {future} and _is_of(future, "tests"):  # else fixtures may have started them
            left = [one for one in asyncio.all_tasks(self) if _is_of(one, "agi", "ari_app")]
            assert not left, f"left running: {left}"
        return result


def _is_of(task: Any, *tops: str) -> bool:
    """Is it code below one of these folders, and not being cancelled?"""
    code = getattr(task.get_coro(), "cr_code", None)
    path = Path(code.co_filename) if code else ROOT
    return not task.cancelling() and any(path.is_relative_to(ROOT / top) for top in tops)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    if item.path.is_relative_to(UNIT):
        return {"jumping": JumpingLoop}
    return {"real": asyncio.new_event_loop}
