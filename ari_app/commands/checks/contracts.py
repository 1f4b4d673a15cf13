"""What we ask of a dialplan beyond what Asterisk does: nobody falls through, nothing runs programs,
every script and variable of ours exists. Of the site's own files too, as Asterisk has read them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ari_app.commands.checks.dialplan import STEP, Step
from ari_app.domain.finding import Finding, error, warning

EXTENSION = re.compile(r"^  '([^']+)' =>")
CONTEXT = re.compile(r"^\[ Context '([^']+)'")
SCRIPT = re.compile(r"agi://[^,/]*/(\w+)")
VARIABLE = re.compile(r"\bCC_[A-Z_]+\b")
ENDS = frozenset({"Hangup", "Return", "Goto"})
PROGRAMS = frozenset({"System", "TrySystem", "EAGI", "ChanSpy", "DISA", "Originate", "AsyncAGI"})


@dataclass(frozen=True, slots=True)
class Extension:
    context: str
    pattern: str
    steps: tuple[Step, ...]


def extensions(shown: str) -> list[Extension]:
    """From `dialplan show`."""
    found: list[Extension] = []
    context, pattern = "", ""
    steps: list[Step] = []

    def close() -> None:
        if steps:
            found.append(Extension(context, pattern, tuple(steps)))
            steps.clear()

    for line in shown.splitlines():
        if opened := CONTEXT.match(line):
            close()
            context = opened[1]
        elif begun := EXTENSION.match(line):
            close()
            pattern = begun[1]
        if hit := STEP.search(line):
            steps.append(Step(hit[1], hit[2], hit[3], hit[4] or ""))
    close()
    return found


def check_contracts(
    shown: str, scripts: Collection[str], variables: Collection[str], folder: Path
) -> Iterator[Finding]:
    """
    Args:
        shown: `dialplan show`.
        scripts: our AGI handlers.
        variables: every CC_ variable there is.
        folder: where the files named by the steps are kept.
    """
    for extension in extensions(shown):
        last = extension.steps[-1]
        if last.application not in ENDS and extension.pattern != "h":
            what = f"[{extension.context}] {extension.pattern} ends in {last.application}"
            cure = "end it in Hangup, Return or Goto"
            yield error(str(folder / last.file), _place(last), what, cure)
        for step in extension.steps:
            for what, cure in _wrong(step, scripts, variables):
                yield error(str(folder / step.file), _place(step), what, cure)
            if step.application in PROGRAMS:
                what = f"{step.application} does what a caller could misuse"
                cure = "do it in a script of agi/handlers"
                yield warning(str(folder / step.file), _place(step), what, cure)


def _wrong(
    step: Step, scripts: Collection[str], variables: Collection[str]
) -> Iterator[tuple[str, str]]:
    if step.application == "AGI":
        for script in SCRIPT.findall(step.arguments):
            if script not in scripts:
                yield f"there is no AGI script {script!r}", "name one of agi/handlers"
    for variable in sorted(set(VARIABLE.findall(step.arguments)) - set(variables)):
        yield f"there is no variable {variable}", "name one of dialplan/README.md"


def _place(step: Step) -> str:
    return f"line {step.line}" if step.line else step.application
