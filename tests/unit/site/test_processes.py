import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.site.processes import Background

SLEEP = ("sleep", "60")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Background]:
    program = Background("program", tmp_path, tmp_path)
    yield program
    program.kill()
    program.pid()


def ended(program: Background) -> None:
    pid = program.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert program._gone(5.0)


def test_what_was_never_started_does_not_run(program: Background) -> None:
    assert program.pid() is None


def test_what_was_started_runs_under_its_pid(program: Background) -> None:
    assert program.start(SLEEP) == program.pid()


def test_its_session_weighs_as_it_is_told(tmp_path: Path) -> None:
    program = Background("program", tmp_path, tmp_path, nice=3)
    pid = program.start(SLEEP)
    try:
        assert os.getpriority(os.PRIO_PROCESS, pid) == 3
        if Path("/proc/self/autogroup").exists():
            assert Path(f"/proc/{pid}/autogroup").read_text().split()[-1] == "3"
    finally:
        program.kill()


def test_who_may_not_go_before_others_runs_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refused)
    program = Background("program", tmp_path, tmp_path, nice=-5)
    try:
        assert program.start(SLEEP) == program.pid()
    finally:
        program.kill()


def test_starting_again_starts_nothing_new(program: Background) -> None:
    first = program.start(SLEEP)

    assert program.start(SLEEP) == first


def test_what_has_ended_does_not_run_and_can_be_started_again(program: Background) -> None:
    first = program.start(SLEEP)
    ended(program)

    assert program.pid() is None
    assert program.start(SLEEP) != first


def test_another_program_under_a_recycled_pid_is_not_ours(program: Background) -> None:
    program.pid_file.write_text(f"{os.getpid()} 1\n")

    assert program.pid() is None


@pytest.mark.parametrize("text", ["", "x y", "1", "1 2 3"])
def test_a_damaged_pid_file_is_nothing_that_runs(program: Background, text: str) -> None:
    program.pid_file.write_text(text)

    assert program.pid() is None


def test_stopping_ends_it_and_forgets_it(program: Background) -> None:
    program.start(SLEEP)

    program.stop()

    assert program.pid() is None
    assert not program.pid_file.exists()


def test_what_does_not_want_to_stop_is_killed(program: Background) -> None:
    program.start(("sh", "-c", "trap '' TERM; exec sleep 60"))

    program.stop(within=0.05)

    assert program.pid() is None


def test_stopping_what_does_not_run_is_no_error(program: Background) -> None:
    program.stop()


def test_a_killed_program_leaves_its_pid_file_as_a_power_cut_would(program: Background) -> None:
    program.start(SLEEP)

    program.kill()

    assert program.pid() is None
    assert program.pid_file.exists()


def test_what_it_says_last_is_in_the_complaint_about_its_early_end(program: Background) -> None:
    program.start(("sh", "-c", "echo one; echo two; echo three; echo four >&2"))
    assert program._gone(5.0)

    with pytest.raises(Unavailable, match=r"program ended .*two \| three \| four"):
        program.check_alive()


def test_a_program_without_a_log_has_no_last_words(program: Background) -> None:
    assert program.last_words() == ""


def test_a_program_that_runs_is_alive(program: Background) -> None:
    program.start(SLEEP)

    program.check_alive()


def test_it_gets_the_environment_it_is_given_and_no_other(program: Background) -> None:
    program.start(("/usr/bin/env",), {"HOTLINE_NODE": "node1"})
    assert program._gone(5.0)

    assert program.last_words() == "HOTLINE_NODE=node1"
