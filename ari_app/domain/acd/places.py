"""What the matcher keeps in mind: agents in pools, contacts in waiting lines, queues with counts.

A pool holds the agents of one skill profile and one set of queues. A waiting line holds the
contacts of one queue that need the same and have the same points. Bookkeeping only: `board` keeps
these consistent, `choice` compares their heads.
"""

import math
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from ari_app.domain.acd.contact import Contact
from ari_app.domain.acd.line import Line
from ari_app.domain.acd.rules import AgentRule, QueueRules
from ari_app.domain.skill import RequestType, SkillProfile

Membership = frozenset[str] | None  # queue ids; None: every queue whose skills the agent has


class Seat:
    """One agent who is here, free or not."""

    __slots__ = ("by_calls", "calls", "contact", "held", "id", "idle_since", "number", "pool",
                 "ready")  # fmt: skip

    def __init__(self, agent_id: str, pool: "Pool") -> None:
        self.id = agent_id
        self.pool = pool
        self.ready: AgentEntry | None = None  # the place in the pool's idle line
        self.by_calls: AgentEntry | None = None
        self.idle_since = 0.0
        self.number = 0  # breaks ties: counts up with every time the agent becomes ready
        self.calls = 0
        self.contact: Waiter | None = None
        # Lines of contacts that wait for this agent only; None for nearly everybody.
        self.held: dict[tuple[LiveQueue, float], WaitingLine] | None = None

    def line_for(self, waiter: "Waiter") -> "WaitingLine":
        """This agent's own line for a contact like that."""
        if self.held is None:
            self.held = {}
        key = waiter.queue, waiter.points
        line = self.held.get(key)
        if line is None:
            line = self.held[key] = WaitingLine(waiter.home.demand, waiter.points, 0)
        return line

    def waiting_for_it(self) -> "list[Waiter]":
        """In order of entry."""
        lines = self.held.values() if self.held else ()
        return [entry[2] for entry in sorted(entry for line in lines for entry in line)]


class Waiter:
    """One contact known to the matcher, waiting or reserved."""

    __slots__ = ("agent", "contact", "due", "entry", "excluded", "held_until", "home", "line",
                 "number", "points", "queue", "step")  # fmt: skip

    home: "WaitingLine"  # where it waits when it waits for anybody; kept up to date by the matcher

    def __init__(self, contact: Contact, queue: "LiveQueue", number: int, now: float) -> None:
        self.contact = contact
        self.queue = queue
        self.number = number
        self.entry: WaitEntry = (contact.entered, number, self)
        self.points = queue.rules.points(contact.priority, contact.tier)
        self.step = 0
        self.line: WaitingLine | None = None  # where it stands; None while reserved
        self.agent: str | None = None  # reserved for, or in conversation with
        self.due = math.inf
        self.held_until = now + contact.wish.patience if contact.wish else now
        until = now + queue.rules.exclusion_seconds
        # agent -> until when; None instead of an empty one: most contacts never need it
        self.excluded = dict.fromkeys(contact.excluded, until) if contact.excluded else None

    def excludes(self, agent_id: str) -> bool:
        return self.excluded is not None and agent_id in self.excluded

    def next_change(self) -> float:
        """When waiting alone changes something for this contact; math.inf when it does not."""
        steps = self.queue.rules.relaxation
        due = math.inf
        if self.step < len(steps):
            due = self.contact.entered + steps[self.step].after
        if self.line is not self.home:
            due = min(due, self.held_until)
        if self.excluded:
            due = min(due, *self.excluded.values())
        return due


# Idle since, or (calls, idle since) in the line by calls; number.
AgentEntry = tuple[Any, int, Seat]
WaitEntry = tuple[float, int, Waiter]  # entered, number


def picker(numbers: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """A function that takes the elements with these numbers out of a list."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda table: [table[number] for number in numbers]  # itemgetter(n) gives no sequence


class Pool:
    """Agents of one skill profile and membership."""

    __slots__ = ("bit", "fitting", "lines", "members", "number", "profile", "queues")

    def __init__(self, profile: SkillProfile, queues: Membership, number: int) -> None:
        self.profile = profile
        self.queues = queues
        self.number = number
        self.bit = 1 << number
        self.members = 0  # agents who are here, ready or not
        self.fitting = 0  # waiting lines these agents may serve: as bits, and themselves
        self.lines: list[WaitingLine] = []

    def fit(self, line: "WaitingLine") -> None:
        self.fitting |= line.bit
        self.lines.append(line)


class Band:
    """Pools a demand likes equally well; `pick` takes theirs out of a list by pool number."""

    __slots__ = ("mask", "pick", "pools", "preferred", "surplus")

    def __init__(self, preferred: int, surplus: int) -> None:
        self.preferred = preferred
        self.surplus = surplus
        self.mask = 0
        self.pools: list[int] = []
        self.pick = picker([])

    def add(self, pool: Pool) -> None:
        self.mask |= pool.bit
        self.pools.append(pool.number)
        self.pick = picker(self.pools)


class Demand:
    """What one queue asks of an agent at one step: shared by lines that differ in points."""

    __slots__ = ("bands", "by_calls", "mask", "pools", "queue", "request")

    def __init__(self, queue: "LiveQueue", request: RequestType) -> None:
        self.queue = queue
        self.request = request
        self.by_calls = queue.rules.rule is AgentRule.FEWEST_CALLS
        self.mask = 0
        self.pools: list[Pool] = []
        self.bands: list[Band] = []  # best liked first

    def is_met_by(self, pool: Pool) -> bool:
        member = pool.queues is None or self.queue.rules.id in pool.queues
        return member and self.request.is_met_by(pool.profile)

    def add(self, pool: Pool) -> None:
        by_skill = self.queue.rules.rule is AgentRule.LEAST_OVERQUALIFIED
        preferred = self.request.preferences_met(pool.profile)
        surplus = self.request.surplus(pool.profile) if by_skill else 0
        self._band(preferred, surplus).add(pool)
        self.mask |= pool.bit
        self.pools.append(pool)

    def _band(self, preferred: int, surplus: int) -> Band:
        for band in self.bands:
            if (band.preferred, band.surplus) == (preferred, surplus):
                return band
        band = Band(preferred, surplus)
        self.bands.append(band)
        self.bands.sort(key=lambda band: (-band.preferred, band.surplus))
        return band


class WaitingLine(Line[WaitEntry]):
    """Contacts whose order among themselves never changes: same needs, points and ageing."""

    __slots__ = ("bit", "demand", "points", "queue", "slope")

    def __init__(self, demand: Demand, points: float, bit: int) -> None:
        super().__init__()
        self.demand = demand
        self.queue = demand.queue
        self.points = points
        self.slope = demand.queue.rules.ageing
        self.bit = bit  # 0 for the line of those who wait for one agent


class LiveQueue:
    """A queue's rules with its lines and counts."""

    __slots__ = ("busy", "cap", "demands", "full", "held", "lines", "requests", "rules", "waiting")

    def __init__(self, rules: QueueRules) -> None:
        self.busy = 0
        self.held = 0  # of `waiting`, those who wait for one agent
        self.waiting = 0
        self.use(rules)

    def use(self, rules: QueueRules) -> None:
        self.rules = rules
        self.demands: dict[RequestType, Demand] = {}
        self.lines: dict[tuple[RequestType, float], WaitingLine] = {}
        self.requests: dict[tuple[int, RequestType], RequestType] = {}
        self.cap = math.inf if rules.max_busy is None else rules.max_busy
        self.count_busy(0)

    def count_busy(self, change: int) -> None:
        self.busy += change
        self.full = self.busy >= self.cap

    def request(self, step: int, needs: RequestType) -> RequestType:
        """What a contact with these needs of its own asks for after so many relaxations."""
        request = self.requests.get((step, needs))
        if request is None:
            own = RequestType.of(self.rules.requirements(step), self.rules.prefers)
            request = self.requests[step, needs] = own.joined_with(needs)
        return request
