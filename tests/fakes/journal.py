"""A journal that keeps every fact in a list; it can be slow, or away."""

import asyncio
from typing import TypeVar

from ari_app.domain.facts import Fact, Happened

T = TypeVar("T")


class FakeJournal:
    def __init__(self, *, seconds: float = 0.0) -> None:
        """Args: seconds: how long it takes to commit facts, or make them durable."""
        self.facts: list[Fact] = []
        self.seconds = seconds
        self.broken: Exception | None = None
        self.breaks_on: tuple[type[Fact], ...] | None = None  # None: on any fact

    def write(self, *facts: Fact) -> None:
        if self.broken is not None and self._breaks(facts):
            raise self.broken
        self.facts.extend(facts)

    async def durable(self) -> None:
        await asyncio.sleep(self.seconds)

    committed = durable

    def _breaks(self, facts: tuple[Fact, ...]) -> bool:
        kinds = self.breaks_on
        return kinds is None or any(isinstance(fact, kinds) for fact in facts)

    def of(self, kind: type[T]) -> list[T]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def the(self, kind: type[T]) -> T:
        (fact,) = self.of(kind)
        return fact

    def story(self) -> list[str]:
        """The timeline: type of each event, with its most telling detail."""
        return [_told(event) for event in self.of(Happened)]


def _told(event: Happened) -> str:
    telling = ("node", "key", "result", "outcome", "agent")
    words = [str(event.detail[name]) for name in telling if name in event.detail]
    return " ".join([event.type.value, *words[:1]])
