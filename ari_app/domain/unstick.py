"""A supervisor's order to free what hangs, and what became of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants it, and why."""

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Unstuck:
    """`did` says what helped: by_itself, by_force, fallback, closed or nothing."""

    subject: str
    before: str
    after: str
    did: str
