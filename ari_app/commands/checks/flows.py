"""Flow files: can each be run as written?"""

import contextlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ari_app.commands.checks.finding import Finding, error, told
from ari_app.domain.errors import BadFlow
from ari_app.domain.flow import Flow, problems, read_flow
from ari_app.domain.route import DEFAULT_ROUTE

LINE = re.compile(r" ?\(at ([^)]+)\)")
PATH = re.compile(r" - at `(\$[^`]*)`")
NODE = re.compile(r"^[^:]*?(node '[^']+')(?:, [^:]*)?: ")
CURES = (
    ("which is no node", "name a node of this flow, or add it"),
    ("is no node; name", "name one of its nodes"),
    ("no way leads here", "lead an exit here, or remove the node"),
    ("is not on a phone", "use one of 0 to 9, * and #"),
    ("is no language of ours", "use zh or en"),
    ("UTF-8", "save the file as UTF-8"),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What flows may name, and where that was learnt."""

    prompts: Collection[str]
    queues: Collection[str]
    mailboxes: Collection[str]
    source: str


def check_flows(folder: Path, names: Names) -> Iterator[Finding]:
    read: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            flow = read_flow(path.read_text(encoding="utf-8"), str(path))
        except BadFlow as bad:
            yield from (finding(path, text) for text in bad.findings)
        except UnicodeDecodeError as bad:
            yield finding(path, f"byte {bad.start} is not UTF-8")
        else:
            read.append(flow.name)
            yield from _check_one(path, flow, names)
    if DEFAULT_ROUTE.flow not in read:
        what = f"no flow that can be read is named {DEFAULT_ROUTE.flow!r}"
        yield error(str(folder), "", what, "every other falls back to it: mend or add it")


def leads(folder: Path) -> Mapping[str, str | None]:
    """Every flow that can be read with the queue it leads to whatever the caller does."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        with contextlib.suppress(BadFlow, UnicodeDecodeError):
            flow = read_flow(path.read_text(encoding="utf-8"), str(path))
            found[flow.name] = flow.leads_to
    return found


def _check_one(path: Path, flow: Flow, names: Names) -> Iterator[Finding]:
    wrong = problems(flow, prompts=names.prompts, queues=names.queues, mailboxes=names.mailboxes)
    yield from (finding(path, text) for text in wrong)


def finding(path: Path, text: str) -> Finding:
    """A sentence of the flow reader, taken apart into place, what and cure."""
    return told(str(path), text.removeprefix(f"{path.name}: "), (LINE, PATH, NODE), CURES)
