"""A supervisor's orders: to free what hangs, to move an agent; and what became of them."""

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


@dataclass(frozen=True, slots=True)
class Ordered:
    """`did` says when: at_once, afterwards (after the call or offer) or nothing (it was so)."""

    agent: int
    before: str
    after: str
    did: str


@dataclass(frozen=True, slots=True)
class PlayedOn:
    """A prompt is being heard on an agent's phone."""

    agent: int
    phone: str
    prompt: str
