"""Golden calls: does what has to come of them come of them?"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ari_app.commands.flow.golden import run_all
from ari_app.domain.errors import BadFlow
from ari_app.domain.finding import Finding, error

if TYPE_CHECKING:
    from ari_app.commands.flow.ground import Ground

CURE = "correct the flow, or the golden call where the change is wanted"


def check_golden(folder: Path, flows: Path, ground: "Ground") -> Iterator[Finding]:
    """Nothing while the flows cannot be read: that is a finding of its own."""
    from ari_app.workers.flow_book import read_book, read_files

    try:
        book = read_book(read_files(flows), None)
    except BadFlow:
        return
    results = run_all(folder, book, ground)
    for problem in results.problems:
        file, _, what = problem.partition(": ")
        yield error(str(folder / file), "", what, "see dialplan/README.md")
    for result in results.calls:
        for one in result.differences:
            what = f"{one.what}: expected {one.expected}, seen {one.seen}"
            yield error(str(folder / result.file), f"call {result.name!r}", what, CURE)
