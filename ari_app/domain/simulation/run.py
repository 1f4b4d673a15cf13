"""Runs one day: a heap of what happens next, and the matcher that decides who takes whom."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import count
from random import Random
from typing import Protocol

from ari_app.domain.acd.contact import Contact, Tier
from ari_app.domain.acd.decision import Decision
from ari_app.domain.acd.matcher import Matcher
from ari_app.domain.simulation.day import Arrivals, Day, Group, members
from ari_app.domain.simulation.figures import Outcome, Staffing, Tally
from ari_app.domain.skill import SkillProfile


class What(IntEnum):
    """Among things at the same moment, who leaves goes first and who arrives last."""

    TALK_OVER = 0
    WRAP_UP_OVER = 1
    GIVES_UP = 2
    SHIFT_ENDS = 3
    SHIFT_BEGINS = 4
    ARRIVES = 5


@dataclass(slots=True)
class _Caller:
    arrived: float
    tally: Tally
    arrivals: Arrivals
    queue: str
    tier: Tier


@dataclass(slots=True)
class _Agent:
    id: str
    profile: SkillProfile
    group: Group
    staffing: Staffing
    is_here: bool = False
    leaves: bool = False
    came: float = 0.0
    caller: str = ""
    queue: str = ""
    lengths: tuple[float, float] = (0.0, 0.0)  # talk and wrap-up of the call it is in


class Watch(Protocol):
    """Sees what callers go through; times are seconds since midnight, waits without ringing."""

    def began_to_wait(self, caller: str, queue: str, now: float, ahead: int) -> None:
        """`ahead`: how many will be served before, as far as one can tell."""

    def answered(self, caller: str, queue: str, agent: str, waited: float) -> None:
        """`waited` is 0 for who found an agent free."""

    def gave_up(self, caller: str, queue: str, waited: float) -> None: ...

    def call_over(self, queue: str, handled: float) -> None:
        """`handled`: talk and wrap-up."""


def simulate(day: Day, seed: int = 1, watch: Watch | None = None) -> Outcome:
    """The same day and seed give the same outcome. Check `day.problems()` first."""
    return _Simulation(day, Random(seed), watch).run()


class _Simulation:
    def __init__(self, day: Day, chance: Random, watch: Watch | None) -> None:
        self._day = day
        self._watch = watch
        self._chance = chance
        self._matcher = Matcher(day.queues)
        self._numbers = count()
        self._heap: list[tuple[float, int, int, str]] = []
        self._callers: dict[str, _Caller] = {}
        self._agents: dict[str, _Agent] = {}
        self._outcome = Outcome({}, {})
        self._handlers = {
            What.ARRIVES: self._arrives,
            What.GIVES_UP: self._gives_up,
            What.TALK_OVER: self._talk_over,
            What.WRAP_UP_OVER: self._wrap_up_over,
            What.SHIFT_BEGINS: self._shift_begins,
            What.SHIFT_ENDS: self._shift_ends,
        }

    def run(self) -> Outcome:
        for group in self._day.groups:
            self._hire(group)
        for queue, arrivals in self._day.arrivals.items():
            self._expect(queue, arrivals)
        heap, matcher, handlers = self._heap, self._matcher, self._handlers
        while heap:
            deadline = matcher.next_deadline()
            if deadline is not None and deadline < heap[0][0]:
                self._serve(matcher.advance(deadline), deadline)
                continue
            now, what, _, who = heapq.heappop(heap)
            handlers[What(what)](who, now)
        for caller in self._callers.values():
            caller.tally.flowed_out += 1
        return self._outcome

    def _at(self, when: float, what: What, who: str) -> None:
        heapq.heappush(self._heap, (when, what, next(self._numbers), who))

    # ---- the day as it is planned ----

    def _hire(self, group: Group) -> None:
        staffing = self._outcome.staffing.setdefault(group.name, Staffing())
        profile = SkillProfile.of(group.skills)
        for name in members(group):
            self._agents[name] = _Agent(name, profile, group, staffing)
            for start, end in group.shifts:
                self._at(start, What.SHIFT_BEGINS, name)
                self._at(end, What.SHIFT_ENDS, name)

    def _expect(self, queue: str, arrivals: Arrivals) -> None:
        chance = self._chance
        for (start, end), number in zip(self._day.intervals(), arrivals.per_half_hour, strict=True):
            if not number:
                continue
            between = (end - start) / number  # seconds; infinite for next to no callers
            when = start + between * chance.expovariate(1.0)
            while when < end:
                self._call(queue, arrivals, when)
                when += between * chance.expovariate(1.0)

    def _call(self, queue: str, arrivals: Arrivals, when: float) -> None:
        tier = self._tier(arrivals)
        tally = self._outcome.tallies.get((queue, tier))
        if tally is None:
            tally = Tally(self._day.threshold, self._day.short_abandon)
            self._outcome.tallies[queue, tier] = tally
        self._outcome.calls += 1
        name = f"c{self._outcome.calls}"
        self._callers[name] = _Caller(when, tally, arrivals, queue, tier)
        self._at(when, What.ARRIVES, name)

    def _tier(self, arrivals: Arrivals) -> Tier:
        if not arrivals.tiers:
            return Tier.NORMAL
        drawn = self._chance.random()
        for tier, share in arrivals.tiers.items():
            if drawn < share:
                return tier
            drawn -= share
        return Tier.NORMAL

    # ---- what happens ----

    def _arrives(self, who: str, now: float) -> None:
        caller = self._callers[who]
        caller.tally.offered += 1
        contact = Contact(who, caller.queue, now, tier=caller.tier)
        decision = self._matcher.contact_waits(contact, now)
        if decision is not None:
            caller.tally.at_once += 1
            self._answer(decision, now)
            return
        if self._watch is not None:
            ahead = self._matcher.position(who, now) - 1
            self._watch.began_to_wait(who, caller.queue, now, ahead)
        if caller.arrivals.patience is not None:
            self._at(now + caller.arrivals.patience.draw(self._chance), What.GIVES_UP, who)

    def _gives_up(self, who: str, now: float) -> None:
        caller = self._callers.pop(who, None)
        if caller is None:
            return  # answered meanwhile
        caller.tally.abandoned.append(now - caller.arrived)
        if self._watch is not None:
            self._watch.gave_up(who, caller.queue, now - caller.arrived)
        self._serve(_some(self._matcher.contact_gone(who, now)), now)

    def _answer(self, decision: Decision, now: float) -> None:
        caller, agent = self._callers.pop(decision.contact), self._agents[decision.agent]
        ringing = self._day.ringing
        caller.tally.answered.append(now + ringing - caller.arrived)
        talk = caller.arrivals.talk.draw(self._chance)
        wrap_up = caller.arrivals.wrap_up.draw(self._chance)
        if self._watch is not None:
            waited = now - caller.arrived
            self._watch.answered(decision.contact, caller.queue, agent.id, waited)
        agent.caller, agent.queue = decision.contact, caller.queue
        agent.lengths = (talk, wrap_up)
        agent.staffing.calls += 1
        self._at(now + ringing + talk, What.TALK_OVER, agent.id)

    def _serve(self, decisions: Iterable[Decision], now: float) -> None:
        for decision in decisions:
            self._answer(decision, now)

    def _talk_over(self, who: str, now: float) -> None:
        agent = self._agents[who]
        talk, wrap_up = agent.lengths
        if self._watch is not None:
            self._watch.call_over(agent.queue, talk + wrap_up)
        agent.staffing.talking += talk
        agent.staffing.wrapping_up += wrap_up
        freed = self._matcher.contact_gone(agent.caller, now)
        if wrap_up:
            self._at(now + wrap_up, What.WRAP_UP_OVER, who)
        else:
            self._wrap_up_over(who, now)
        self._serve(_some(freed), now)

    def _wrap_up_over(self, who: str, now: float) -> None:
        agent = self._agents[who]
        agent.caller = ""
        if agent.leaves:
            self._goes(agent, now)
        else:
            self._ready(agent, now)

    def _shift_begins(self, who: str, now: float) -> None:
        agent = self._agents[who]
        agent.leaves = False
        if agent.is_here:
            return  # still in a call of the shift before
        agent.is_here, agent.came = True, now
        self._ready(agent, now)

    def _ready(self, agent: _Agent, now: float) -> None:
        queues = agent.group.queues
        self._serve(
            _some(self._matcher.agent_ready(agent.id, agent.profile, now, queues=queues)), now
        )

    def _shift_ends(self, who: str, now: float) -> None:
        agent = self._agents[who]
        agent.leaves = True
        if not agent.caller:
            self._goes(agent, now)

    def _goes(self, agent: _Agent, now: float) -> None:
        agent.is_here = agent.leaves = False
        agent.staffing.here += now - agent.came
        self._serve(self._matcher.agent_gone(agent.id, now), now)


def _some(decision: Decision | None) -> tuple[Decision, ...]:
    return () if decision is None else (decision,)
