"""Runs the steps in order, one line each: what, what is going on, how long it took."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol, TextIO

Note = Callable[[str], None]


class Step(Protocol):
    @property
    def name(self) -> str: ...

    def is_done(self) -> bool:
        """Quick, and without network."""

    def do(self, note: Note) -> None:
        """Brings it; `note` tells what is going on. Raises SetupFailed."""


def run_steps(steps: Sequence[Step], out: TextIO) -> None:
    """Does what is not done yet; the first failure ends it, with its line closed."""
    for number, step in enumerate(steps, start=1):
        _say(out, f"[{number}/{len(steps)}] {step.name} ...")
        started = time.monotonic()
        try:
            word = _run_one(step, out)
        except BaseException:
            _say(out, " stopped\n")
            raise
        _say(out, f" {word} ({time.monotonic() - started:.1f} s)\n")


def check_steps(steps: Sequence[Step], out: TextIO) -> bool:
    """Only tells; true when nothing is missing."""
    done = [step.is_done() for step in steps]
    for number, (step, there) in enumerate(zip(steps, done, strict=True), start=1):
        _say(out, f"[{number}/{len(steps)}] {step.name} ... {'there' if there else 'missing'}\n")
    return all(done)


def _run_one(step: Step, out: TextIO) -> str:
    if step.is_done():
        return "already there"
    step.do(lambda text: _say(out, f" {text},"))
    return "done"


def _say(out: TextIO, text: str) -> None:
    out.write(text)
    out.flush()
