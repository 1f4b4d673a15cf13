"""The two comparisons: best ready agent for a contact, best waiting contact for an agent.

Only heads of lines are compared, so the cost grows with the number of different profiles or
request types that fit and are not empty, never with the number of agents or contacts.

Exact order, ties included:
- agents: more preferred skills met; then the queue's rule (unused levels, or calls, or nothing);
  then idle longest; then became ready first.
- contacts: higher score; then earlier entered; then known to the matcher first.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec

from ari_app.domain.acd.board import Board
from ari_app.domain.acd.decision import MOST_SHOWN, Skip, SkipReason
from ari_app.domain.acd.line import Line
from ari_app.domain.acd.places import AgentEntry, Band, Demand, Seat, WaitEntry, WaitingLine, picker
from ari_app.domain.acd.ready import ReadyOrder

R = TypeVar("R", bound=tuple[Any, ...])
Excluded = Container[str] | None  # ids of agents
Ranked = tuple[float, WaitEntry]  # (-score, entry): sorts best first

# Taking one bit out of a wide integer costs about as much as looking at six empty lines.
_LOOKS_PER_BIT = 6
Picker = Callable[[Sequence[Any]], Sequence[Any]]


class AgentChoice(msgspec.Struct, gc=False):
    """`best` is the winner and then the next best."""

    best: list[AgentEntry]
    band: Band
    eligible: int
    heads: int


class ContactChoice(msgspec.Struct, gc=False):
    best: list[Ranked]
    eligible: int
    heads: int
    skipped: list[Skip]


def choose_agent(board: Board, demand: Demand, excluded: Excluded) -> AgentChoice | None:
    """None when nobody suitable is ready. `eligible` still counts excluded agents."""
    ready = board.ready & demand.mask
    if not ready:
        return None
    order = board.by_calls if demand.by_calls else board.idle
    choice = None
    for band in demand.bands:
        usable = band.mask & ready
        if not usable:
            continue
        count = usable.bit_count()
        sparse = count * _LOOKS_PER_BIT < len(band.pools)
        pick = picker(_numbers(usable)) if sparse else band.pick
        if choice is not None:
            choice.eligible += sum(pick(order.sizes))
            choice.heads += count
        elif excluded:
            choice = _first_allowed(order, pick, band, excluded)
        else:
            best = _best(list(pick(order.heads)))[:count]  # empty pools sort behind everybody
            choice = AgentChoice(best, band, sum(pick(order.sizes)), count)
    return choice


def _first_allowed(
    order: ReadyOrder, pick: Picker, band: Band, excluded: Container[str]
) -> AgentChoice | None:
    heads = [entry for line in pick(order.lines) for entry in _allowed(line, excluded)]
    if not heads:
        return None
    count = len(heads)
    return AgentChoice(_best(heads), band, sum(pick(order.sizes)), count)


def _allowed(line: Line[AgentEntry], excluded: Container[str]) -> Iterator[AgentEntry]:
    """The line's first agent who is not excluded, if there is one."""
    return islice((entry for entry in line if entry[2].id not in excluded), 1)


def choose_contact(board: Board, seat: Seat, now: float) -> ContactChoice | None:
    """None when no contact competes for this agent."""
    pool = seat.pool
    usable = board.waiting & pool.fitting
    if not usable:
        return None
    lines: Sequence[WaitingLine] = pool.lines
    if usable.bit_count() * _LOOKS_PER_BIT < len(lines):
        lines = picker(_numbers(usable))(board.lines)
    return best_contact(lines, seat.id, now)


def best_contact(lines: Iterable[WaitingLine], agent_id: str, now: float) -> ContactChoice | None:
    heads: list[Ranked] = []
    skipped: list[Skip] = []
    eligible = 0
    for line in lines:
        head = line.head
        if head is None:
            continue
        if line.queue.full:
            _note(skipped, line.queue.rules.id, SkipReason.CAP_REACHED)
            continue
        if head[2].excluded is not None:
            head = _first_willing(line, agent_id, skipped)
            if head is None:
                continue
        eligible += line.size
        heads.append((-line.points - line.slope * (now - head[0]), head))
    return ContactChoice(_best(heads), eligible, len(heads), skipped) if heads else None


def _best(heads: list[R]) -> list[R]:
    heads.sort()  # of tuples that start with floats: sooner done than heapq.nsmallest, even for 500
    return heads[:MOST_SHOWN]


def _first_willing(line: WaitingLine, agent_id: str, skipped: list[Skip]) -> WaitEntry | None:
    # As many steps as contacts this one agent has refused lately, whatever the line's length.
    for entry in line:
        if not entry[2].excludes(agent_id):
            return entry
        _note(skipped, entry[2].contact.id, SkipReason.EXCLUDED)
    return None


def _note(skipped: list[Skip], id: str, reason: SkipReason) -> None:
    if len(skipped) < MOST_SHOWN and all(skip.id != id for skip in skipped):
        skipped.append(Skip(id, reason))


def _numbers(bits: int) -> list[int]:
    found: list[int] = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found
