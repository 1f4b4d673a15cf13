"""The dialplan as a reader of the files sees it: contexts, extensions, steps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for path in (ROOT / "dialplan").glob("*.conf") if not path.name.endswith(".local.conf")
)
CONTEXT = re.compile(r"\[([\w-]+)\]")
STEP = re.compile(
    r"(?:exten\s*=>?\s*(?P<exten>[^,]+),1|same\s*=>?\s*n(?:\((?P<label>\w+)\))?),"
    r"(?P<app>\w+)\((?P<args>.*)\)"
)


HINT = re.compile(r"exten\s*=>?\s*(?P<exten>[^,]+),hint,(?P<device>.+)")


@dataclass(frozen=True)
class Step:
    app: str
    args: str
    label: str | None = None


@dataclass
class Extension:
    pattern: str
    steps: list[Step] = field(default_factory=list)

    def matches(self, number: str) -> bool:
        return number == self.pattern or (
            self.pattern.startswith("_") and re.fullmatch(_regex(self.pattern), number) is not None
        )


@dataclass
class Context:
    name: str
    file: str
    header: str
    extensions: list[Extension] = field(default_factory=list)
    hints: dict[str, str] = field(default_factory=dict)  # pattern -> device

    @property
    def steps(self) -> list[Step]:
        return [step for extension in self.extensions for step in extension.steps]


def contexts() -> list[Context]:
    return [context for path in FILES for context in _contexts_of(path)]


def uncommented(text: str) -> str:
    return "\n".join(line.split(";")[0] for line in text.splitlines())


def variables_read(text: str) -> set[str]:
    return set(re.findall(r"\$\{(\w+)", text))


def functions_used(text: str) -> set[str]:
    return set(re.findall(r"\$\{(\w+)\(", text)) | set(re.findall(r"\bSet\((\w+)\(", text))


def assigned(step: Step) -> set[str]:
    """Variables that a step sets by name, and the group it counts the call in."""
    if step.app not in {"Set", "MSet"}:
        return set(re.findall(r"\bi\((\w+)\)", step.args)) if step.app == "MixMonitor" else set()
    parts = split_arguments(step.args) if step.app == "MSet" else [step.args]
    return {part.partition("=")[0] for part in parts if re.match(r"\w+=|GROUP\(", part)}


def split_arguments(text: str) -> list[str]:
    """At commas that stand in no brackets."""
    parts, depth, part = [], 0, ""
    for char in text:
        depth += (char in "({[") - (char in ")}]")
        if char == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += char
    return [*parts, part]


def _contexts_of(path: Path) -> Iterator[Context]:
    context: Context | None = None
    comment: list[str] = []
    header = ""
    for line in path.read_text().splitlines():
        if line.startswith(";"):
            comment.append(line)
            continue
        if found := CONTEXT.fullmatch(line):
            header = "\n".join(comment) or header  # one header may stand above a family
            if context:
                yield context
            context = Context(found[1], path.name, header)
        elif line.strip():
            assert context, f"{path.name}: {line!r} is in no context"
            _add(context, line)
        comment = []
    if context:
        yield context


def _add(context: Context, line: str) -> None:
    if hint := HINT.fullmatch(line.strip()):
        context.hints[hint["exten"]] = hint["device"]
        return
    found = STEP.fullmatch(line.strip())
    assert found, f"{context.file} [{context.name}]: cannot read {line!r}"
    if found["exten"]:
        context.extensions.append(Extension(found["exten"]))
    assert context.extensions, f"[{context.name}]: {line!r} follows no extension"
    context.extensions[-1].steps.append(Step(found["app"], found["args"], found["label"]))


def _regex(pattern: str) -> str:
    """Asterisk's patterns: X Z N, sets, `.` for one or more, `!` for any rest."""
    signs = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "!": ".*"}
    parts = re.findall(r"\[[^\]]*\]|.", pattern[1:])
    return "".join(part if part[0] == "[" else signs.get(part, re.escape(part)) for part in parts)
