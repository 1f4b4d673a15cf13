"""One thing that is wrong with what people wrote: where, what, and how it is put right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

Cures = Sequence[tuple[str, str]]
CURES: Cures = (
    ("is not in the manifest", "add it to sounds/manifest.toml and run `make sounds`"),
    ("there is no queue", "name a queue that `hotline queues` lists"),
    ("there is no mailbox", "name a mailbox that is in the table mailbox"),
)
# Where tomllib and msgspec say what they complain about.
LINE = re.compile(r" ?\(at ([^)]+)\)")
PATH = re.compile(r" - at `(\$[^`]*)`")


class Level(StrEnum):
    ERROR = "error"  # callers would notice
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`place` is a line, a node or a name inside `file`; empty where the whole file is meant."""

    level: Level
    file: str
    place: str
    what: str
    cure: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.what}; {self.cure}"


def error(file: str, place: str, what: str, cure: str) -> Finding:
    return Finding(Level.ERROR, file, place, what, cure)


def warning(file: str, place: str, what: str, cure: str) -> Finding:
    return Finding(Level.WARNING, file, place, what, cure)


def told(file: str, text: str, places: Sequence[re.Pattern[str]], cures: Cures) -> Finding:
    """A sentence of a reader's, taken apart into place, what and cure.

    Args:
        places: what tells the place, as its first group; the first that is there counts.
        cures: words of the sentence with their cure, before those of CURES.
    """
    place = next((found[1] for seek in places if (found := seek.search(text))), "")
    known = (*cures, *CURES)
    cure = next((cure for words, cure in known if words in text), "see dialplan/README.md")
    for seek in places:
        text = seek.sub("", text)
    return error(file, place, text.strip(), cure)


def misshapen(file: str, complaint: str) -> Finding:
    """What tomllib or msgspec complain about in a file of ours."""
    place = next((found[1] for seek in (LINE, PATH) if (found := seek.search(complaint))), "")
    what = PATH.sub("", LINE.sub("", complaint)).strip()
    return error(file, place, what, "see dialplan/README.md")
