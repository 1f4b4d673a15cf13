import faulthandler
import subprocess
import sys
from collections.abc import Iterator
from textwrap import dedent

import pytest

from ari_app.site.layout import SOURCE
from ari_app.workers.loop_lag import EXIT_CODE, KEPT_TICKS, TICK_SECONDS, Lags, LoopLag
from ari_app.workers.supervised import ALIVE


@pytest.fixture(autouse=True)
def _nobody_watches_the_tests() -> Iterator[None]:
    """A watch that a test armed would end the whole run some seconds later."""
    yield
    faulthandler.cancel_dump_traceback_later()


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


class Watched:
    """A loop whose ticks a test makes."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.ended: list[float] = []
        self.said: list[str] = []
        self.lag = LoopLag(5.0, notify=self.said.append, end=self.ended.append, now=self.clock)

    def tick(self, after: float) -> None:
        self.clock.time += after
        self.lag.tick()


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_loop_that_runs_on_time_has_no_lag(watched: Watched) -> None:
    for _ in range(20):
        watched.tick(TICK_SECONDS)

    assert watched.lag.lags.worst == pytest.approx(0.0, abs=1e-9)
    assert watched.ended == []


def test_a_late_tick_is_measured(watched: Watched) -> None:
    watched.tick(TICK_SECONDS)
    watched.tick(TICK_SECONDS + 0.25)

    assert watched.lag.lags.worst == pytest.approx(0.25)


def test_the_thread_ends_the_process_when_the_loop_stands_still(watched: Watched) -> None:
    watched.tick(TICK_SECONDS)
    watched.clock.time += 4.9
    watched.lag.check()
    assert watched.ended == []

    watched.clock.time += 0.3
    watched.lag.check()
    assert watched.ended == [pytest.approx(5.1)]


def test_a_process_that_wakes_up_late_ends_itself_before_it_does_anything(
    watched: Watched,
) -> None:
    watched.tick(TICK_SECONDS)
    watched.tick(30.0)

    assert watched.ended == [pytest.approx(30.0 - TICK_SECONDS)]


def test_nothing_is_expected_before_the_first_tick(watched: Watched) -> None:
    watched.clock.time += 900.0
    watched.lag.check()

    assert watched.ended == []


def test_the_supervisor_hears_of_a_running_loop_once_a_second(watched: Watched) -> None:
    for _ in range(31):
        watched.tick(TICK_SECONDS)

    assert watched.said.count(ALIVE) in (3, 4)


def test_the_99th_percentile_leaves_out_the_worst_of_a_hundred() -> None:
    lags = Lags()
    for number in range(100):
        lags.add(2.0 if number == 7 else 0.001)

    assert lags.p99 == 0.001
    assert lags.worst == 2.0


def test_lags_of_more_than_a_minute_ago_are_forgotten() -> None:
    lags = Lags()
    lags.add(2.0)
    for _ in range(KEPT_TICKS):
        lags.add(0.001)

    assert lags.worst == 0.001


def frozen(work: str) -> "subprocess.CompletedProcess[str]":
    program = f"""
        import asyncio, re, time
        from ari_app.workers import loop_lag
        loop_lag.SAY_SECONDS = loop_lag.GRACE_SECONDS = 0.1

        def the_culprit():
            {work}

        async def main():
            watch = asyncio.create_task(loop_lag.LoopLag(0.2).run())
            await asyncio.sleep(0.15)
            the_culprit()

        asyncio.run(main())
    """
    command = [sys.executable, "-c", dedent(program)]
    return subprocess.run(
        command, cwd=SOURCE, capture_output=True, text=True, timeout=30, check=False
    )


def test_a_blocked_loop_ends_the_process_and_shows_where_it_stood() -> None:
    ended = frozen("time.sleep(60)")

    assert ended.returncode == EXIT_CODE
    assert "the_culprit" in ended.stderr
    assert "stood still" in ended.stderr


def test_native_code_that_lets_no_thread_run_ends_the_process_too() -> None:
    ended = frozen("re.match('(a+)+$', 'a' * 60 + 'b')")

    assert ended.returncode == 1
    assert "the_culprit" in ended.stderr
