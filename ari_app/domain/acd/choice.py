"""The two comparisons: best ready agent for a contact, best waiting contact for an agent.

Only heads of lines are compared, so the cost grows with the number of different profiles or
request types that fit and are not empty, never with the number of agents or contacts.

Exact order, ties included:
- agents: more preferred skills met; then the queue's rule (unused levels, or calls, or nothing);
  then idle longest; then became ready first.
- contacts: higher score; then earlier entered; then known to the matcher first.
"""

from collections.abc import Container, Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from ari_app.domain.acd.board import Board
from ari_app.domain.acd.decision import MOST_SHOWN, Skip, SkipReason
from ari_app.domain.acd.line import Line
from ari_app.domain.acd.places import AgentEntry, Band, Demand, Seat, WaitEntry, WaitingLine
from ari_app.domain.acd.rules import AgentRule

T = TypeVar("T")
R = TypeVar("R", bound=tuple[Any, ...])
Ranked = tuple[float, WaitEntry]  # (-score, entry): sorts best first

# Taking one bit out of a wide integer costs about as much as looking at six empty lines.
_LOOKS_PER_BIT = 6
_SORTED_AT_MOST = 10  # above, picking a few costs less than sorting all


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


def choose_agent(
    board: Board, demand: Demand, excluded: Container[str] | None
) -> AgentChoice | None:
    """None when nobody suitable is ready. `eligible` still counts excluded agents."""
    ready = board.ready & demand.mask
    if not ready:
        return None
    by_calls = demand.queue.rules.rule is AgentRule.FEWEST_CALLS
    table = board.by_calls if by_calls else board.idle
    choice = None
    for band in demand.bands:
        usable = band.mask & ready
        if not usable:
            continue
        lines = _occupied(usable, band.members, table)
        if choice is None:
            choice = _longest_idle(lines, band, excluded)
        else:
            choice.eligible += sum(line.size for line in lines)
            choice.heads += usable.bit_count()
    return choice


def _longest_idle(
    lines: Iterable[Line[AgentEntry]], band: Band, excluded: Container[str] | None
) -> AgentChoice | None:
    occupied = [line for line in lines if line.head is not None]
    heads = [line.head for line in occupied]
    if excluded:
        heads = [_first_allowed(line, excluded) for line in occupied]
    found = [head for head in heads if head is not None]
    eligible = sum([line.size for line in occupied])
    return AgentChoice(_best(found), band, eligible, len(found)) if found else None


def _first_allowed(line: Line[AgentEntry], excluded: Container[str]) -> AgentEntry | None:
    return next((entry for entry in line if entry[2].id not in excluded), None)


def choose_contact(board: Board, seat: Seat, now: float) -> ContactChoice | None:
    """None when no contact competes for this agent."""
    pool = seat.pool
    usable = board.waiting & pool.fitting
    if not usable:
        return None
    return best_contact(_occupied(usable, pool.lines, board.lines), seat.id, now)


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
    if len(heads) <= _SORTED_AT_MOST:
        heads.sort()
        return heads[:MOST_SHOWN]
    best = []
    for _ in range(MOST_SHOWN):
        best.append(min(heads))
        heads.remove(best[-1])
    return best


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


def _occupied(bits: int, members: Sequence[T], table: Sequence[T]) -> Sequence[T]:
    """Lines with these bits; or all members, empty ones included, where that is cheaper."""
    if bits.bit_count() * _LOOKS_PER_BIT >= len(members):
        return members
    found: list[T] = []
    while bits:
        low = bits & -bits
        found.append(table[low.bit_length() - 1])
        bits ^= low
    return found
