"""Whatever happens in whatever order, the matcher decides as a plain scan would."""

import math
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ari_app.domain.acd.contact import Contact, Tier, Wish
from ari_app.domain.acd.decision import Decision
from ari_app.domain.acd.matcher import Matcher
from ari_app.domain.acd.rules import AgentRule, QueueRules, Relaxation
from ari_app.domain.skill import RequestType, SkillProfile

from .depth import STORIES
from .oracle import Oracle, Pair

SKILLS = ("orders", "zh", "repairs")
QUEUES = ("sales", "service")
AGENTS = tuple(f"10{n:02}" for n in range(6))

levels = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3), max_size=2)
profiles = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3), min_size=1).map(
    SkillProfile.of
)
memberships = st.sampled_from([None, None, frozenset({"sales"}), frozenset(QUEUES)])
pauses = st.sampled_from([0, 0, 0, 1, 2, 5, 20])
picks = st.integers(0, 1000)
T = TypeVar("T")


contacts = st.builds(
    Contact,
    id=st.just(""),
    queue=st.sampled_from(QUEUES),
    entered=st.just(0.0),
    priority=st.integers(0, 1),
    tier=st.sampled_from([Tier.NORMAL, Tier.NORMAL, Tier.SILVER]),
    needs=st.sampled_from([RequestType.of(), RequestType.of(), RequestType.of({"zh": 2})]),
    wish=st.none()
    | st.builds(Wish, st.sampled_from(AGENTS), st.sampled_from([0.0, 3.0, math.inf])),
    excluded=st.sampled_from([frozenset[str](), frozenset[str](), frozenset({AGENTS[0]})]),
)


@st.composite
def rules_for(draw: st.DrawFn, queue: str) -> QueueRules:
    requires = draw(levels)
    weaker = {skill: level - 1 for skill, level in requires.items() if level > 1}
    steps = (Relaxation(4.0, weaker), Relaxation(9.0, {}))
    return QueueRules(
        id=queue,
        requires=requires,
        prefers=draw(levels),
        rule=draw(st.sampled_from(AgentRule)),
        relaxation=steps[: draw(st.integers(0, 2))],
        max_busy=draw(st.sampled_from([None, None, 1, 2])),
        priority=draw(st.integers(0, 1)),
        ageing=draw(st.sampled_from([1.0, 1.0, 0.0, 7.5])),
        exclusion_seconds=6.0,
    )


class AgreesWithOracle(RuleBasedStateMachine):
    @initialize(sales=rules_for("sales"), service=rules_for("service"))
    def open(self, sales: QueueRules, service: QueueRules) -> None:
        self.now = 100.0
        self.count = 0
        self.matcher = Matcher([sales, service])
        self.oracle = Oracle({"sales": sales, "service": service})

    @rule(agent=st.sampled_from(AGENTS), profile=profiles, queues=memberships, pause=pauses)
    def an_agent_is_ready(
        self, agent: str, profile: SkillProfile, queues: frozenset[str] | None, pause: int
    ) -> None:
        self.pass_time(pause)
        known = self.oracle.agents.get(agent)
        if known is not None:
            if known.ready:
                return
            profile, queues = known.profile, known.queues
        ours = self.matcher.agent_ready(agent, profile, self.now, queues=queues)
        self.agree(ours, self.oracle.agent_ready(agent, profile, queues, self.now))

    @precondition(lambda self: self.oracle.agents)
    @rule(pick=picks, pause=pauses)
    def an_agent_leaves(self, pick: int, pause: int) -> None:
        self.pass_time(pause)
        agent = _one_of(sorted(self.oracle.agents), pick)
        ours = self.matcher.agent_gone(agent, self.now)
        self.agree(ours, self.oracle.agent_gone(agent, self.now))

    @precondition(lambda self: self.oracle.agents)
    @rule(pick=picks, profile=profiles, queues=memberships)
    def an_agent_gets_other_skills(
        self, pick: int, profile: SkillProfile, queues: frozenset[str] | None
    ) -> None:
        agent = _one_of(sorted(self.oracle.agents), pick)
        ours = self.matcher.agent_profile_changed(agent, profile, self.now, queues=queues)
        self.agree(ours, self.oracle.agent_profile_changed(agent, profile, queues, self.now))

    @rule(contact=contacts, earlier=st.sampled_from([0, 0, 0, 3, 30]), pause=pauses)
    def a_contact_arrives(self, contact: Contact, earlier: int, pause: int) -> None:
        self.pass_time(pause)
        self.count += 1
        contact = msgspec.structs.replace(
            contact, id=f"call-{self.count}", entered=self.now - earlier
        )
        ours = self.matcher.contact_waits(contact, self.now)
        self.agree(ours, self.oracle.contact_waits(contact, self.now))

    @precondition(lambda self: self.oracle.contacts)
    @rule(pick=picks, pause=pauses)
    def a_contact_leaves(self, pick: int, pause: int) -> None:
        self.pass_time(pause)
        contact = _one_of(list(self.oracle.contacts), pick)
        ours = self.matcher.contact_gone(contact, self.now)
        self.agree(ours, self.oracle.contact_gone(contact, self.now))

    @precondition(lambda self: self.oracle.reserved())
    @rule(pick=picks, pause=pauses, excluded=st.booleans(), agent_back=st.booleans())
    def an_offer_comes_to_nothing(
        self, pick: int, pause: int, excluded: bool, agent_back: bool
    ) -> None:
        self.pass_time(pause)
        contact, agent = _one_of(self.oracle.reserved(), pick)
        ours = self.matcher.decision_undone(
            contact, agent, self.now, excluded=excluded, agent_back=agent_back
        )
        self.agree(
            ours, self.oracle.decision_undone(contact, agent, self.now, excluded, agent_back)
        )

    @rule(data=st.data(), queue=st.sampled_from(QUEUES))
    def a_queue_gets_other_rules(self, data: st.DataObject, queue: str) -> None:
        rules = data.draw(rules_for(queue))
        ours = self.matcher.set_queue(rules, self.now)
        self.agree(ours, self.oracle.set_queue(rules, self.now))

    @invariant()
    def nobody_suitable_is_ready_while_a_contact_waits(self) -> None:
        for waiting in self.oracle.waiting():
            if self.oracle.full(waiting.contact.queue):
                continue
            if waiting.held:
                assert waiting.contact.wish
                assert not self.matcher.is_ready(waiting.contact.wish.agent)
            else:
                assert not self.oracle.suitable(waiting)

    @invariant()
    def counts_and_deadlines_are_right(self) -> None:
        for queue in QUEUES:
            waiting = [w for w in self.oracle.waiting() if w.contact.queue == queue]
            assert self.matcher.waiting(queue) == len(waiting)
            assert self.matcher.busy(queue) == self.oracle.busy(queue)
        due = min(map(self.oracle.next_change, self.oracle.waiting()), default=math.inf)
        assert (self.matcher.next_deadline() or math.inf) == due
        for known in self.oracle.contacts.values():
            standing = self.matcher.standing(known.contact.id, self.now)
            assert (standing.position == 0) == (known.agent is not None)

    def teardown(self) -> None:
        """Every reservation can end, and then everybody who can be served is served."""
        if not hasattr(self, "oracle"):
            return
        for contact, _ in self.oracle.reserved():
            self.agree(
                self.matcher.contact_gone(contact, self.now),
                self.oracle.contact_gone(contact, self.now),
            )
        for agent in self.oracle.agents.values():
            if not agent.ready and agent.serving is None:
                ours = self.matcher.agent_ready(
                    agent.id, agent.profile, self.now, queues=agent.queues
                )
                theirs = self.oracle.agent_ready(agent.id, agent.profile, agent.queues, self.now)
                self.agree(ours, theirs)
        self.nobody_suitable_is_ready_while_a_contact_waits()

    def pass_time(self, seconds: int) -> None:
        self.now += seconds
        due = self.matcher.next_deadline()
        if due is not None and due <= self.now:
            self.agree(self.matcher.advance(self.now), self.oracle.advance(self.now))

    def agree(self, ours: Decision | Sequence[Decision] | None, theirs: list[Pair]) -> None:
        decisions = [ours] if isinstance(ours, Decision) else list(ours or ())
        assert [(decision.contact, decision.agent) for decision in decisions] == theirs


def _one_of(things: Sequence[T], pick: int) -> T:
    return things[pick % len(things)]


AgreesWithOracle.TestCase.settings = STORIES
TestAgreesWithOracle = AgreesWithOracle.TestCase
