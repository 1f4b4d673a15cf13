from dataclasses import dataclass
from io import StringIO

import pytest

from tools.setup.steps import Note, check_steps, run_steps
from tools.setup.trouble import SetupFailed


@dataclass
class AStep:
    name: str
    there: bool = False
    fails: bool = False

    def is_done(self) -> bool:
        return self.there

    def do(self, note: Note) -> None:
        note("downloading 97 MB")
        if self.fails:
            raise SetupFailed("no network", "check it")
        self.there = True


def test_each_step_gets_one_line_with_what_it_did_and_how_long_it_took() -> None:
    out = StringIO()

    run_steps([AStep("Asterisk"), AStep("prompts", there=True)], out)

    assert out.getvalue().splitlines() == [
        "[1/2] Asterisk ... downloading 97 MB, done (0.0 s)",
        "[2/2] prompts ... already there (0.0 s)",
    ]


def test_the_first_failure_ends_it_with_its_line_closed() -> None:
    out, last = StringIO(), AStep("prompts")

    with pytest.raises(SetupFailed):
        run_steps([AStep("Asterisk", fails=True), last], out)

    assert out.getvalue() == "[1/2] Asterisk ... downloading 97 MB, stopped\n"
    assert not last.there


def test_checking_does_nothing_and_says_what_is_missing() -> None:
    out, step = StringIO(), AStep("Asterisk")

    assert not check_steps([step, AStep("prompts", there=True)], out)

    assert out.getvalue() == "[1/2] Asterisk ... missing\n[2/2] prompts ... there\n"
    assert not step.there
