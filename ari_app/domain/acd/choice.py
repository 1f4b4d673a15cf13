"""The two comparisons: best ready agent for a contact, best waiting contact for an agent.

Only heads of lines are compared, so the cost grows with the number of different profiles or
request types that fit and are not empty, never with the number of agents or contacts.

Exact order, ties included:
- agents: more preferred skills met; then the queue's rule (unused levels, or calls, or nothing);
  then idle longest; then became ready first.
- contacts: higher score; then earlier entered; then known to the matcher first.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import islice
from typing import Any, TypeVar

import msgspec

from ari_app.domain.acd.board import Board
from ari_app.domain.acd.decision import MOST_SHOWN, Skip, SkipReason
from ari_app.domain.acd.line import Line
from ari_app.domain.acd.places import AgentEntry, Band, Demand, Seat, WaitEntry, WaitingLine
from ari_app.domain.acd.ready import ReadyOrder
from ari_app.domain.acd.rules import AgentRule

R = TypeVar("R", bound=tuple[Any, ...])
Excluded = Container[str] | None  # ids of agents
Ranked = tuple[float, WaitEntry]  # (-score, entry): sorts best first

# Taking one bit out of a wide integer costs about as much as looking at six empty lines.
_LOOKS_PER_BIT = 6
_SORTED_AT_MOST = 50  # above, picking a few costs less than sorting all


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
    by_calls = demand.queue.rules.rule is AgentRule.FEWEST_CALLS
    order = board.by_calls if by_calls else board.idle
    choice = None
    for band in demand.bands:
        usable = band.mask & ready
        if not usable:
            continue
        pools = _numbers(usable, band.pools)
        if choice is None:
            choice = _first_in(order, pools, band, usable.bit_count(), excluded)
        else:
            choice.eligible += sum([order.sizes[pool] for pool in pools])
            choice.heads += usable.bit_count()
    return choice


def _first_in(
    order: ReadyOrder, pools: Sequence[int], band: Band, count: int, excluded: Excluded
) -> AgentChoice | None:
    """`count` of the pools are not empty."""
    heads, sizes = order.heads, order.sizes
    found = [heads[pool] for pool in pools]
    if excluded:
        found = [entry for pool in pools for entry in _allowed(order.lines[pool], excluded)]
        count = len(found)
        if not count:
            return None
    best = _best(found)[:count]  # empty pools sort behind everybody
    return AgentChoice(best, band, sum([sizes[pool] for pool in pools]), count)


def _allowed(line: Line[AgentEntry], excluded: Container[str]) -> Iterator[AgentEntry]:
    """The line's first agent who is not excluded, if there is one."""
    return islice((entry for entry in line if entry[2].id not in excluded), 1)


def choose_contact(board: Board, seat: Seat, now: float) -> ContactChoice | None:
    """None when no contact competes for this agent."""
    pool = seat.pool
    usable = board.waiting & pool.fitting
    if not usable:
        return None
    numbers, lines = _numbers(usable, pool.lines), board.lines
    return best_contact([lines[number] for number in numbers], seat.id, now)


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
    if len(heads) > _SORTED_AT_MOST:
        return nsmallest(MOST_SHOWN, heads)
    heads.sort()
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


def _numbers(bits: int, members: Sequence[int]) -> Sequence[int]:
    """Numbers of these bits; or all members, empty lines included, where that is cheaper."""
    if bits.bit_count() * _LOOKS_PER_BIT >= len(members):
        return members
    found: list[int] = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found
