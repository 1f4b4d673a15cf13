"""The matcher's rules once more, as plain scans over everybody: slow and obviously right."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from ari_app.domain.acd.contact import Contact
from ari_app.domain.acd.rules import AgentRule, QueueRules
from ari_app.domain.skill import SkillProfile

Pair = tuple[str, str]  # contact, agent


@dataclass
class Agent:
    id: str
    profile: SkillProfile
    queues: frozenset[str] | None
    ready: bool = False
    idle_since: float = 0.0
    number: int = 0
    calls: int = 0
    serving: str | None = None


@dataclass
class Waiting:
    contact: Contact
    number: int
    held_until: float
    excluded: dict[str, float]
    step: int = 0
    agent: str | None = None
    held: bool = False


@dataclass
class Oracle:
    rules: dict[str, QueueRules]
    agents: dict[str, Agent] = field(default_factory=dict)
    contacts: dict[str, Waiting] = field(default_factory=dict)
    numbers: int = 0

    # What may serve what

    def requirement(self, waiting: Waiting) -> dict[str, int]:
        rules = self.rules[waiting.contact.queue]
        levels = dict(
            rules.relaxation[waiting.step - 1].requires if waiting.step else rules.requires
        )
        for skill, level in waiting.contact.needs.requires.items():
            levels[skill] = max(levels.get(skill, 0), level)
        return levels

    def fits(self, agent: Agent, waiting: Waiting) -> bool:
        if agent.queues is not None and waiting.contact.queue not in agent.queues:
            return False
        has = agent.profile.levels
        return all(has.get(skill, 0) >= n for skill, n in self.requirement(waiting).items())

    def full(self, queue: str) -> bool:
        cap = self.rules[queue].max_busy
        return cap is not None and self.busy(queue) >= cap

    def busy(self, queue: str) -> int:
        return sum(w.contact.queue == queue and w.agent is not None for w in self.contacts.values())

    def waiting(self) -> list[Waiting]:
        return [waiting for waiting in self.contacts.values() if waiting.agent is None]

    def reserved(self) -> list[Pair]:
        return [(w.contact.id, w.agent) for w in self.contacts.values() if w.agent is not None]

    def points(self, waiting: Waiting) -> float:
        contact, rules = waiting.contact, self.rules[waiting.contact.queue]
        return 60.0 * (rules.priority + contact.priority) + rules.tier_points[contact.tier]

    def rank(self, waiting: Waiting, now: float) -> tuple[float, float, int]:
        slope = self.rules[waiting.contact.queue].ageing
        score = self.points(waiting) + slope * (now - waiting.contact.entered)
        return -score, waiting.contact.entered, waiting.number

    def suitable(self, waiting: Waiting) -> list[Agent]:
        return [
            agent
            for agent in self.agents.values()
            if agent.ready and agent.id not in waiting.excluded and self.fits(agent, waiting)
        ]

    def liking(self, waiting: Waiting, agent: Agent) -> tuple[float, ...]:
        rules = self.rules[waiting.contact.queue]
        has = agent.profile.levels
        liked = {**rules.prefers}
        for skill, level in waiting.contact.needs.prefers.items():
            liked[skill] = max(level, liked.get(skill, 0))
        met = sum(has.get(skill, 0) >= level for skill, level in liked.items())
        unused = sum(has.values()) - sum(self.requirement(waiting).values())
        by_rule = {
            AgentRule.LONGEST_IDLE: 0,
            AgentRule.LEAST_OVERQUALIFIED: unused,
            AgentRule.FEWEST_CALLS: agent.calls,
        }[rules.rule]
        return -met, by_rule, agent.idle_since, agent.number

    # What happens

    def owner(self, waiting: Waiting, now: float) -> Agent | None:
        return self.wished(waiting) if now < waiting.held_until else None

    def wished(self, waiting: Waiting) -> Agent | None:
        wish = waiting.contact.wish
        if wish is None or wish.agent in waiting.excluded:
            return None
        agent = self.agents.get(wish.agent)
        return agent if agent is not None and self.fits(agent, waiting) else None

    def attempt(self, waiting: Waiting, now: float) -> Pair | None:
        if self.full(waiting.contact.queue):
            return None
        owner = self.owner(waiting, now)
        if owner is not None:
            return self.reserve(waiting, owner) if owner.ready else None
        suitable = self.suitable(waiting)
        wish = waiting.contact.wish
        if wish and not wish.patience and (rather := self.wished(waiting)) in suitable:
            assert rather
            return self.reserve(waiting, rather)
        if not suitable:
            return None
        return self.reserve(waiting, min(suitable, key=lambda a: self.liking(waiting, a)))

    def reserve(self, waiting: Waiting, agent: Agent) -> Pair:
        assert not self.overtaken(waiting, agent)
        waiting.agent, waiting.held = agent.id, False
        agent.ready, agent.serving = False, waiting.contact.id
        agent.calls += 1
        return waiting.contact.id, agent.id

    def overtaken(self, served: Waiting, agent: Agent) -> list[Waiting]:
        """Contacts of the same kind who entered earlier and could have had this agent."""
        if served.contact.wish is not None and served.contact.wish.agent == agent.id:
            return []
        return [
            other
            for other in self.waiting()
            if not other.held
            and agent.id not in other.excluded
            and (other.contact.queue, other.step) == (served.contact.queue, served.step)
            and other.contact.needs is served.contact.needs
            and self.points(other) == self.points(served)
            and other.contact.entered < served.contact.entered
        ]

    def place(self, waiting: Waiting, now: float) -> None:
        owner = self.owner(waiting, now)
        waiting.held = owner is not None and not owner.ready

    def enter(self, waiting: Waiting, now: float) -> list[Pair]:
        waiting.held = False
        waiting.step = self.step(waiting, now)
        pair = self.attempt(waiting, now)
        if pair is None:
            self.place(waiting, now)
        return [pair] if pair else []

    def step(self, waiting: Waiting, now: float) -> int:
        steps = self.rules[waiting.contact.queue].relaxation
        return sum(waiting.contact.entered + step.after <= now for step in steps)

    def competing(self, agent: Agent) -> list[Waiting]:
        return [
            waiting
            for waiting in self.waiting()
            if not waiting.held
            and not self.full(waiting.contact.queue)
            and agent.id not in waiting.excluded
            and self.fits(agent, waiting)
        ]

    def own(self, agent: Agent) -> list[Waiting]:
        return [
            waiting
            for waiting in self.waiting()
            if waiting.held and waiting.contact.wish and waiting.contact.wish.agent == agent.id
        ]

    def serve(self, agent: Agent, now: float) -> list[Pair]:
        own = [w for w in self.own(agent) if not self.full(w.contact.queue)]
        for group in (own, self.competing(agent)):
            if group:
                return [self.reserve(min(group, key=lambda w: self.rank(w, now)), agent)]
        agent.ready = True
        for waiting in self.own(agent):
            self.place(waiting, now)
        return []

    def fill(self, queue: str, now: float) -> list[Pair]:
        theirs = [w for w in self.waiting() if w.contact.queue == queue and not w.held]
        for waiting in sorted(theirs, key=lambda w: self.rank(w, now)):
            pair = self.attempt(waiting, now)
            if pair:
                return [pair]
        return []

    def enter_again(self, group: Iterable[Waiting], now: float) -> list[Pair]:
        in_order = sorted(group, key=lambda w: (w.contact.entered, w.number))
        return [pair for waiting in in_order for pair in self.enter(waiting, now)]

    def next_change(self, waiting: Waiting) -> float:
        steps = self.rules[waiting.contact.queue].relaxation
        times = [waiting.contact.entered + step.after for step in steps[waiting.step :]]
        times += [waiting.held_until] if waiting.held else []
        return min([*times, *waiting.excluded.values()], default=math.inf)

    # The same calls as the matcher's

    def agent_ready(
        self, id: str, profile: SkillProfile, queues: frozenset[str] | None, now: float
    ) -> list[Pair]:
        agent = self.agents.setdefault(id, Agent(id, profile, queues))
        self.numbers += 1
        agent.number, agent.idle_since, agent.serving = self.numbers, now, None
        return self.serve(agent, now)

    def agent_gone(self, id: str, now: float) -> list[Pair]:
        agent = self.agents.pop(id)
        return self.enter_again(self.own(agent), now)

    def agent_profile_changed(
        self, id: str, profile: SkillProfile, queues: frozenset[str] | None, now: float
    ) -> list[Pair]:
        agent = self.agents[id]
        was_ready, agent.ready = agent.ready, False
        agent.profile, agent.queues = profile, queues
        pairs = self.enter_again(self.own(agent), now)
        return pairs + self.serve(agent, now) if was_ready else pairs

    def contact_waits(self, contact: Contact, now: float) -> list[Pair]:
        self.numbers += 1
        patience = contact.wish.patience if contact.wish else 0.0
        until = now + self.rules[contact.queue].exclusion_seconds
        waiting = Waiting(
            contact, self.numbers, now + patience, dict.fromkeys(contact.excluded, until)
        )
        self.contacts[contact.id] = waiting
        return self.enter(waiting, now)

    def contact_gone(self, id: str, now: float) -> list[Pair]:
        waiting = self.contacts[id]
        was_full = self.full(waiting.contact.queue)
        del self.contacts[id]
        if waiting.agent is None:
            return []
        agent = self.agents.get(waiting.agent)
        if agent is not None and agent.serving == id:
            agent.serving = None
        return self.fill(waiting.contact.queue, now) if was_full else []

    def decision_undone(
        self, id: str, agent_id: str, now: float, excluded: bool, agent_back: bool
    ) -> list[Pair]:
        waiting, queue = self.contacts[id], self.contacts[id].contact.queue
        waiting.excluded = {a: t for a, t in waiting.excluded.items() if t > now}
        if excluded:
            waiting.excluded[agent_id] = now + self.rules[queue].exclusion_seconds
        was_full = self.full(queue)
        waiting.agent = None
        if was_full:
            waiting.step = self.step(waiting, now)
            self.place(waiting, now)
            pairs = [] if self.full(queue) else self.fill(queue, now)
        else:
            pairs = self.enter(waiting, now)
        agent = self.agents.get(agent_id)
        if agent is None or agent.serving != id:
            return pairs
        agent.serving = None
        agent.calls -= 1
        return pairs + self.serve(agent, now) if agent_back else pairs

    def advance(self, now: float) -> list[Pair]:
        due = [waiting for waiting in self.waiting() if self.next_change(waiting) <= now]
        due.sort(key=lambda waiting: (self.next_change(waiting), waiting.number))
        pairs = []
        for waiting in due:
            waiting.excluded = {a: t for a, t in waiting.excluded.items() if t > now}
            pairs += self.enter(waiting, now)
        return pairs

    def set_queue(self, rules: QueueRules, now: float) -> list[Pair]:
        self.rules[rules.id] = rules
        for waiting in self.waiting():
            if waiting.contact.queue == rules.id:
                waiting.step = self.step(waiting, now)
                self.place(waiting, now)
        pairs: list[Pair] = []
        while more := self.fill(rules.id, now):
            pairs += more
        return pairs
