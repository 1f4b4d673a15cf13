"""In a process of its own each time: a limit that was lowered stays so."""

import subprocess
import sys

import pytest

from ari_app.site.layout import SOURCE

ASK = """
import resource, subprocess, sys
from ari_app.site.open_files import raise_file_limit
soft, hard, wanted = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
print(raise_file_limit(wanted), flush=True)
subprocess.run(["/bin/sh", "-c", "ulimit -n"], check=True)
"""


def asked(soft: int, hard: int, wanted: int) -> list[int]:
    """What is promised, and what a program started afterwards has."""
    command = (sys.executable, "-c", ASK, *map(str, (soft, hard, wanted)))
    done = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split()]


def test_a_program_gets_what_is_wanted_below_the_hard_limit() -> None:
    assert asked(64, 512, wanted=256) == [256, 256]


def test_a_limit_that_is_higher_already_is_left_alone() -> None:
    assert asked(256, 512, wanted=128) == [128, 256]


@pytest.mark.parametrize("wanted", [10**6, 2**40])
def test_what_is_promised_is_what_a_program_has(wanted: int) -> None:
    promised, had = asked(64, 512, wanted=wanted)

    assert promised == had >= 512
