"""What a simulated day came to, in the terms and formulas of docs/analysts.md."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from ari_app.domain.acd.contact import Tier


@dataclass(slots=True)
class Tally:
    """One queue or one tier of it. Counts are calls, times are seconds."""

    threshold: float
    short: float
    offered: int = 0
    at_once: int = 0  # found an agent free
    flowed_out: int = 0  # still waiting when the last agent had gone
    answered: "array[float]" = field(default_factory=lambda: array("d"))  # the wait of each
    abandoned: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, other: "Tally") -> None:
        self.offered += other.offered
        self.at_once += other.at_once
        self.flowed_out += other.flowed_out
        self.answered.extend(other.answered)
        self.abandoned.extend(other.abandoned)

    @property
    def asa(self) -> float | None:
        return _mean(self.answered)

    @property
    def time_to_abandon(self) -> float | None:
        return _mean(self.abandoned)

    @property
    def abandon_rate(self) -> float | None:
        return _share(len(self.abandoned), self.offered)

    @property
    def delayed(self) -> float | None:
        """The share of calls that did not find an agent free."""
        return _share(self.offered - self.at_once, self.offered)

    @property
    def mean_wait(self) -> float | None:
        """Over answered and abandoned calls."""
        count = len(self.answered) + len(self.abandoned)
        return (sum(self.answered) + sum(self.abandoned)) / count if count else None

    def wait_of(self, share: float) -> float | None:
        """The wait that this share of the answered calls did not exceed."""
        waits = sorted(self.answered)
        return waits[min(len(waits) - 1, int(share * len(waits)))] if waits else None

    def service_levels(self) -> dict[str, float | None]:
        """SL-1 to SL-8 (SL-9 is SL-8 with the agent's announcement as the end)."""
        answered, abandoned, within = len(self.answered), len(self.abandoned), self.threshold
        a_in = sum(wait <= within for wait in self.answered)
        b_in = sum(wait <= within for wait in self.abandoned)
        short = sum(wait < self.short for wait in self.abandoned)
        return {
            "SL-1": _share(a_in + b_in, answered + abandoned),
            "SL-2": _share(a_in, answered),
            "SL-3": _share(a_in, answered + abandoned),
            "SL-4": _share(a_in, answered + abandoned - b_in),
            "SL-5": _share(a_in + short, answered + abandoned),
            "SL-6": _share(a_in, answered + abandoned - short),
            "SL-7": _share(a_in, answered + abandoned + self.flowed_out),
            "SL-8": _share(a_in + b_in, self.offered),
        }


@dataclass(slots=True)
class Staffing:
    """Seconds of one group of agents, all together."""

    here: float = 0.0
    talking: float = 0.0
    wrapping_up: float = 0.0
    calls: int = 0

    @property
    def occupancy(self) -> float | None:
        """Handling / (handling + ready)."""
        return _share(self.talking + self.wrapping_up, self.here)


def together(tallies: Iterable[Tally]) -> Tally:
    """All of them as one; there must be one at least."""
    first, *others = tallies
    total = Tally(first.threshold, first.short)
    for tally in (first, *others):
        total.add(tally)
    return total


@dataclass(slots=True)
class Outcome:
    """`tallies` by queue and tier, `staffing` by group; `calls` in all."""

    tallies: dict[tuple[str, Tier], Tally]
    staffing: dict[str, Staffing]
    calls: int = 0

    def queue(self, queue_id: str) -> Tally:
        return together(tally for (queue, _), tally in self.tallies.items() if queue == queue_id)

    def tier(self, tier: Tier) -> Tally | None:
        found = [tally for (_, its), tally in self.tallies.items() if its is tier]
        return together(found) if found else None

    def total(self) -> Tally:
        return together(self.tallies.values())


def _mean(values: "array[float]") -> float | None:
    return sum(values) / len(values) if values else None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
