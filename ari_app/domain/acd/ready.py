"""Ready agents in one order: a line per pool, and the heads of all lines side by side."""

import math

from ari_app.domain.acd.line import Line
from ari_app.domain.acd.places import AgentEntry, Seat

_NOBODY = Seat("", None)  # type: ignore[arg-type]


class ReadyOrder:
    """Everything is indexed by pool number.

    `heads` and `sizes` repeat what the lines know: comparing the heads of twenty pools then takes
    one pass over a list instead of sixty looks into objects. An empty line has `nobody` as head,
    which sorts behind everybody.
    """

    def __init__(self, nobody: AgentEntry) -> None:
        self.nobody = nobody
        self.lines: list[Line[AgentEntry]] = []
        self.heads: list[AgentEntry] = []
        self.sizes: list[int] = []

    def open_line(self) -> None:
        self.lines.append(Line())
        self.heads.append(self.nobody)
        self.sizes.append(0)

    def add(self, pool: int, entry: AgentEntry) -> None:
        line = self.lines[pool]
        line.add(entry)
        self.heads[pool] = line.head or self.nobody
        self.sizes[pool] = line.size

    def remove(self, pool: int, entry: AgentEntry) -> None:
        line = self.lines[pool]
        line.remove(entry)
        self.heads[pool] = line.head or self.nobody
        self.sizes[pool] = line.size


def by_idle_time() -> ReadyOrder:
    return ReadyOrder((math.inf, 0, _NOBODY))


def by_calls() -> ReadyOrder:
    return ReadyOrder(((math.inf, math.inf), 0, _NOBODY))
