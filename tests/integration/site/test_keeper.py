import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.site.keeper import LONGEST_BREAK, break_seconds
from ari_app.site.kept import CALLERS_FIRST, Kept, notify_address
from ari_app.site.layout import SOURCE

SLEEPS = ("/bin/sleep", "60")
ALIVE = dedent(
    """
    import os, socket, sys, time
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    while True:
        try:
            s.sendto(b"WATCHDOG=1", os.environ["NOTIFY_SOCKET"].replace("@", "\\0"))
            print("said", flush=True)
        except OSError:
            pass
        time.sleep(0.05)
    """
)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SOURCE)}


def until(true: Callable[[], object], within: float = 10.0) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def restarted(program: Kept, former: int | None) -> Callable[[], bool]:
    return lambda: program.pid() not in (None, former)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Kept]:
    program = Kept("sleeper", tmp_path, tmp_path, frozen_seconds=0.4)
    yield program
    program.stop()


def kept(program: Kept, command: tuple[str, ...] = SLEEPS) -> int:
    pid = program.start(command, ENVIRONMENT)
    program.keep(command, ENVIRONMENT)
    return pid


def test_a_program_that_dies_is_started_again_and_its_pid_file_is_right(program: Kept) -> None:
    first = kept(program)

    program.kill()
    until(restarted(program, first))

    second = program.pid()
    assert second
    assert Path(f"/proc/{second}/cmdline").read_bytes().startswith(b"/bin/sleep\0")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can put a program before others")
def test_whoever_answers_callers_goes_before_the_rest_each_time_it_is_started(
    program: Kept,
) -> None:
    first = kept(program)
    assert os.getpriority(os.PRIO_PROCESS, first) == CALLERS_FIRST

    program.kill()
    until(restarted(program, first))

    assert os.getpriority(os.PRIO_PROCESS, program.pid() or 0) == CALLERS_FIRST


def test_it_is_started_again_as_often_as_it_dies(program: Kept) -> None:
    former = kept(program)

    for _ in range(3):
        program.kill()
        until(restarted(program, former))
        former = program.pid() or 0


def test_stop_ends_both_and_nothing_comes_back(program: Kept) -> None:
    pid = kept(program)
    keeper = program.keeper.pid()

    program.stop()

    assert program.pid() is None
    assert program.keeper.pid() is None
    assert not any(Path(f"/proc/{each}/exe").exists() for each in (pid, keeper))


def test_stop_during_a_break_leaves_nothing_running(program: Kept) -> None:
    kept(program, ("/bin/false",))
    until(lambda: "0.8 s" in program.keeper.log_file.read_text())

    program.stop()

    assert program.pid() is None


def test_a_program_outlives_its_keeper_and_the_next_one_takes_it_over(program: Kept) -> None:
    first = kept(program)
    program.keeper.kill()
    assert program.pid() == first

    assert kept(program) == first
    program.kill()
    until(restarted(program, first))


def test_without_a_keeper_a_killed_program_stays_dead(program: Kept) -> None:
    program.start(SLEEPS, ENVIRONMENT)
    program.kill()

    with pytest.raises(Unavailable):
        program.check_alive()


def test_a_program_that_cannot_run_is_tried_again_ever_more_slowly(program: Kept) -> None:
    kept(program, ("/bin/false",))

    until(lambda: "again in 0.8 s" in program.keeper.log_file.read_text())
    assert program.keeper.pid()


def test_breaks_grow_to_ten_seconds_and_there_is_always_a_next_one() -> None:
    assert [break_seconds(deaths) for deaths in (1, 2, 3)] == [0.2, 0.4, 0.8]
    assert break_seconds(10**6) == LONGEST_BREAK == 10.0


def test_a_program_that_says_it_is_alive_is_left_alone_until_it_falls_silent(
    program: Kept,
) -> None:
    first = kept(program, (sys.executable, "-c", ALIVE))
    until(lambda: program.log_file.read_text().count("said") > 3 * program.frozen_seconds / 0.05)
    assert program.pid() == first

    program.signal(signal.SIGSTOP)
    until(restarted(program, first))

    assert "frozen" in program.keeper.log_file.read_text()


def test_a_program_that_never_said_anything_is_left_alone(program: Kept) -> None:
    first = kept(program)
    until(program.keeper.log_file.exists)

    time.sleep(2 * program.frozen_seconds)

    assert program.pid() == first


def test_signs_of_life_of_another_process_do_not_count(program: Kept) -> None:
    first = kept(program)
    until(lambda: _send(notify_address(program)))

    time.sleep(2 * program.frozen_seconds)

    assert program.pid() == first


def _send(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as messenger:
        try:
            return messenger.sendto(b"WATCHDOG=1", address.replace("@", "\0")) > 0
        except ConnectionRefusedError:
            return False
