"""The classic AGI script we show runs as Asterisk would run it: a process, its stdin and stdout."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.dialplan.parsed import ROOT
from tests.fakes.agi_peer import environment_bytes

SCRIPT = ROOT / "dialplan" / "examples" / "agent_complaint.py"
ASKED = "GET DATA hotline/enter-agent-number 8000 6"


def run(*replies: str) -> Sequence[str]:
    """What it sends, a line each. Asterisk's answers do not wait for the questions here."""
    said = environment_bytes() + "".join(f"{reply}\n" for reply in replies).encode()
    done = subprocess.run(
        [sys.executable, "-W", "error", SCRIPT],
        check=False,
        input=said,
        capture_output=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().splitlines()


def test_the_number_that_is_keyed_is_kept() -> None:
    assert run("200 result=1001", "200 result=1") == [ASKED, 'SET VARIABLE "SITE_AGENT" "1001"']


def test_silence_is_asked_again_and_then_left() -> None:
    silence = "200 result= (timeout)"

    assert run(silence, silence, silence, "200 result=1") == [
        *([ASKED] * 3), 'SET VARIABLE "SITE_AGENT" ""',
    ]  # fmt: skip


def test_nothing_but_digits_gets_into_a_command() -> None:
    assert run('200 result=12"*3', "200 result=1")[-1] == 'SET VARIABLE "SITE_AGENT" "123"'


@pytest.mark.parametrize("replies", [(), ("200 result=-1 (hangup)",), ("HANGUP",)])
def test_a_caller_who_hangs_up_ends_it_without_a_trace(replies: Sequence[str]) -> None:
    assert run(*replies)[0] == ASKED
