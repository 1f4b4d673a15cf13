"""Where a waiting contact stands, and why nobody has taken it yet."""

import math
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from ari_app.domain.acd.board import Board
from ari_app.domain.acd.places import Demand, Waiter, WaitingLine


class WaitReason(StrEnum):
    RESERVED = "reserved"  # it does not wait: an agent is reserved for it
    OWN_AGENT = "own_agent"  # it waits for one agent, whose patience is not over
    CAP_REACHED = "cap_reached"
    NOBODY_HERE = "nobody_here"  # no agent with these skills has logged in
    ALL_BUSY = "all_busy"
    ALL_EXCLUDED = "all_excluded"  # who is ready has just refused or missed it


class Standing(msgspec.Struct, frozen=True, gc=False):
    """`here` and `ready` count agents who may serve the contact; `agent` is the one it waits for
    or is reserved for."""

    contact: str
    queue: str
    reason: WaitReason
    position: int
    waited: float
    step: int
    requires: Mapping[str, int]
    here: int
    ready: int
    agent: str | None = None


def standing(board: Board, waiter: Waiter, now: float) -> Standing:
    demand = waiter.home.demand
    here = sum(pool.members for pool in demand.pools)
    ready = sum(board.idle.sizes[pool.number] for pool in demand.pools)
    reason = _reason(waiter, here, ready)
    wish = waiter.contact.wish
    return Standing(
        waiter.contact.id,
        waiter.contact.queue,
        reason,
        position(board, waiter, now),
        now - waiter.contact.entered,
        waiter.step,
        demand.request.requires,
        here,
        ready,
        wish.agent if wish and reason is WaitReason.OWN_AGENT else waiter.agent,
    )


def _reason(waiter: Waiter, here: int, ready: int) -> WaitReason:
    if waiter.agent is not None:
        return WaitReason.RESERVED
    if waiter.queue.full:
        return WaitReason.CAP_REACHED
    if waiter.line is not waiter.home:
        return WaitReason.OWN_AGENT
    if not here:
        return WaitReason.NOBODY_HERE
    return WaitReason.ALL_EXCLUDED if ready else WaitReason.ALL_BUSY


def position(board: Board, waiter: Waiter, now: float) -> int:
    """1 is next, 0 is reserved.

    Exact within the contact's line. Contacts of other lines that have a better score count by the
    share of this contact's skill profiles that may serve them too, which makes the sum an estimate.
    Those who wait for one agent only are not counted. The cost grows with the number of lines
    that are not empty, not with the number of contacts.
    """
    if waiter.agent is not None:
        return 0
    home = waiter.home
    ahead = float(home.before(waiter.entry))
    score = home.points + home.slope * (now - waiter.contact.entered)
    for line in _other_lines(board, home):
        ahead += _share(home.demand, line.demand) * _better(line, score, waiter, now)
    return 1 + round(ahead)


def _other_lines(board: Board, home: WaitingLine) -> list[WaitingLine]:
    bits, found = board.waiting & ~home.bit, []
    while bits:
        low = bits & -bits
        found.append(board.lines[low.bit_length() - 1])
        bits ^= low
    return found


def _share(mine: Demand, other: Demand) -> float:
    if not mine.mask:
        return float(mine.queue is other.queue)
    return (mine.mask & other.mask).bit_count() / mine.mask.bit_count()


def _better(line: WaitingLine, score: float, waiter: Waiter, now: float) -> int:
    """How many of the line have a better score: all who entered before the time that gives it."""
    if line.slope == 0:
        return line.size if line.points > score else 0
    entered = now - (score - line.points) / line.slope
    if math.isclose(entered, waiter.contact.entered):
        entered = waiter.contact.entered  # equal points: a rounding error must not decide a tie
    return line.before((entered, waiter.number))
