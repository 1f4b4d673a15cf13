"""What the FastAGI server counts, in a form that any metrics exporter can read."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Spent:
    """How long finished requests of one script took."""

    count: int = 0
    seconds: float = 0.0
    longest_seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.count += 1
        self.seconds += seconds
        self.longest_seconds = max(self.longest_seconds, seconds)


@dataclass(slots=True)
class Counters:
    """Keys are script names we serve and our own words, never text from a peer."""

    open_connections: int = 0
    requests: Counter[tuple[str, str]] = field(default_factory=Counter)  # (script, result)
    refused: Counter[str] = field(default_factory=Counter)  # by reason
    spent: dict[str, Spent] = field(default_factory=dict)  # by script

    def request(self, script: str, result: str, seconds: float) -> None:
        self.requests[script, result] += 1
        self.spent.setdefault(script, Spent()).add(seconds)

    def refuse(self, reason: str) -> None:
        self.refused[reason] += 1
