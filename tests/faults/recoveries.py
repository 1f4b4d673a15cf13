"""How long each recovery took: one JSON line per measurement, for the table of all of them."""

import json
import logging
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

FILE = "HOTLINE_RECOVERIES"  # without it, measurements are only logged

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovery:
    """`what` took `seconds` after fault `fault`, such as `F1`."""

    fault: str
    what: str
    seconds: float


def measured(fault: str, seconds: float, what: str = "recovered") -> float:
    """Notes it, and returns the seconds."""
    log.info("%s %s: %.2f s", fault, what, seconds)
    if path := os.environ.get(FILE):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(Recovery(fault, what, round(seconds, 3)))) + "\n")
    return seconds


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def measured(self, fault: str, what: str = "recovered") -> float:
        return measured(fault, self.seconds, what)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, over `times` measurements; in seconds."""

    fault: str
    what: str
    times: int
    median: float
    worst: float

    @classmethod
    def of(cls, fault: str, what: str, seconds: Iterable[float]) -> Self:
        took = list(seconds)
        return cls(fault, what, len(took), statistics.median(took), max(took))


def summed_up(recoveries: Iterable[Recovery]) -> list[Line]:
    """By fault in the order of its number; within one, in the order of the measurements."""
    groups: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in recoveries:
        groups[one.fault, one.what].append(one.seconds)
    lines = [Line.of(*key, seconds) for key, seconds in groups.items()]
    return sorted(lines, key=lambda line: int("".join(filter(str.isdigit, line.fault)) or 0))


def read(path: Path) -> list[Recovery]:
    return [Recovery(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
