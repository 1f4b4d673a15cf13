"""The dialplan as a real Asterisk has read it: applications, functions and places exist."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ari_app.domain.finding import Finding, error

STEP = re.compile(r"\d+\. (\w+)\((.*)\)\s+\[([\w.-]+)(?::(\d+))?\]\s*$")
CONTEXT = re.compile(r"^\[ Context '([^']+)' created by", re.MULTILINE)
FUNCTION = re.compile(r"\$\{([A-Z][A-Z0-9_]+)\(")
# Goto(context,extension,priority), Gosub(the same(arguments)), GotoIf(...?context,extension,...)
TARGET = re.compile(r"(?:^|[?:])([a-z][a-z0-9-]*),[^,]+,[^,:]+")
JUMPS = ("Goto", "GotoIf", "Gosub", "GosubIf")
FIRST_WORD = re.compile(r"^\s*([A-Za-z_]\w*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """One priority; `file` and `line` say where it was written."""

    application: str
    arguments: str
    file: str
    line: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the Asterisk that was asked has loaded."""

    contexts: Collection[str]
    applications: Collection[str]
    functions: Collection[str]


def steps(shown: str) -> list[Step]:
    """From `dialplan show`."""
    found = (STEP.search(line) for line in shown.splitlines())
    return [Step(hit[1], hit[2], hit[3], hit[4] or "") for hit in found if hit]


def contexts(shown: str) -> frozenset[str]:
    return frozenset(CONTEXT.findall(shown))


def names(shown: str) -> frozenset[str]:
    """Names of applications or functions, from the first column of the console's list."""
    return frozenset(name.casefold() for name in FIRST_WORD.findall(shown))


def check_dialplan(written: Iterable[Step], known: Known, folder: Path) -> Iterator[Finding]:
    """Args: folder: where the files named by the steps are kept."""
    for step in written:
        file = str(folder / step.file)
        place = f"line {step.line}" if step.line else step.application
        for what, cure in _wrong(step, known):
            yield error(file, place, what, cure)


def _wrong(step: Step, known: Known) -> Iterator[tuple[str, str]]:
    load = "load its module in asterisk-conf/modules.conf.j2, or correct the name"
    if step.application.casefold() not in known.applications:
        yield f"Asterisk has no application {step.application}", load
    for function in FUNCTION.findall(step.arguments):
        if function.casefold() not in known.functions:
            yield f"Asterisk has no function {function}", load
    for target in targets(step):
        if target not in known.contexts:
            yield (
                f"{step.application} leads to [{target}], which does not exist",
                "correct the name",
            )


def targets(step: Step) -> list[str]:
    """Contexts a jump names; those worked out from variables are left out."""
    if step.application not in JUMPS:
        return []
    bare = re.sub(r"\$\[.*\]", "", step.arguments)
    return [name for name in TARGET.findall(bare) if "${" not in name]
