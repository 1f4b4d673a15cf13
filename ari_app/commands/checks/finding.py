"""One thing that is wrong: where, what, and how it is put right."""

from dataclasses import dataclass
from enum import StrEnum


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


def error(file: str, place: str, what: str, cure: str) -> Finding:
    return Finding(Level.ERROR, file, place, what, cure)


def warning(file: str, place: str, what: str, cure: str) -> Finding:
    return Finding(Level.WARNING, file, place, what, cure)
