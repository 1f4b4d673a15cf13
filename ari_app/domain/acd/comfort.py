"""What a waiting caller hears when: messages of the queue beside the place in line."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

LEAST_EVERY = 5.0  # seconds; anything said more often would be all that is heard
ROUNDING = 1e-6


class Comfort(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prompts `after` so many seconds of waiting, and from then on `every` so many; 0: once."""

    prompts: tuple[str, ...]
    after: float
    every: float = 0.0

    def next_after(self, waited: float) -> float:
        """When it is due after so many seconds of waiting; math.inf when it was said for good."""
        if waited < self.after:
            return self.after
        if not self.every:
            return math.inf
        # A rounding error must not find it not said yet at the very moment it is due.
        times = math.floor((waited - self.after) / self.every + ROUNDING) + 1
        return self.after + self.every * times

    def problems(self, place: str, prompts: Collection[str]) -> list[str]:
        checks = (
            (bool(self.prompts), "prompts is empty, the caller would hear nothing"),
            (0 < self.after < math.inf, f"after {self.after:g} is not a number above 0"),
            (
                self.every == 0 or LEAST_EVERY <= self.every < math.inf,
                f"every {self.every:g} is neither 0 nor at least {LEAST_EVERY:g} s",
            ),
        )
        return [f"{place}: {complaint}" for holds, complaint in checks if not holds] + [
            f"{place}: prompt {name!r} is not in the manifest"
            for name in self.prompts
            if name not in prompts
        ]


@dataclass(slots=True)
class _Part:
    says: Comfort
    due: float


class Schedule:
    """What is next, again and again. What came due while something else was said follows it, once
    each; of two at the same moment the first given comes first."""

    def __init__(self, says: Sequence[Comfort], waited: float) -> None:
        """Args: waited: what is due up to then has been said."""
        self._parts = [_Part(each, each.next_after(waited)) for each in says]

    def next(self) -> tuple[float, Comfort] | None:
        """When, in seconds of waiting, and what; None when nothing comes any more."""
        part = self._first()
        return (part.due, part.says) if part else None

    def said(self, waited: float) -> None:
        """What `next` named has been said, up to this moment."""
        if part := self._first():
            part.due = part.says.next_after(max(waited, part.due))

    def _first(self) -> _Part | None:
        part = min(self._parts, key=lambda part: part.due, default=None)
        return part if part and part.due < math.inf else None
