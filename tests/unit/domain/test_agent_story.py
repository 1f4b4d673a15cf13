"""An agent's day in any order: requests, work and trouble never lead anywhere the tables forbid."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ari_app.domain.agent import (
    MOVES,
    NOT_NOW,
    PAUSE_REASONS,
    REASONS,
    Agent,
    AgentState,
    NextState,
    Reason,
)
from ari_app.domain.errors import IllegalTransition

S, R = AgentState, Reason
WISHES = st.sampled_from(
    [
        *((S.PAUSED, reason) for reason in sorted(PAUSE_REASONS)),
        (S.READY, R.BACK),
        (S.LOGGED_OUT, R.LOGOUT),
    ]
)
WORK_OVER = {
    S.RESERVED: (R.REFUSED, R.MISSED, R.RESCINDED),
    S.WRAP_UP: (R.WRAP_UP_OVER, R.WRAP_UP_DONE),
    S.PHONE_LOST: (R.PHONE_BACK,),
}


class AgentStory(RuleBasedStateMachine):
    """`wish` is what an agent asked for while busy, kept by other means than the agent's own."""

    def __init__(self) -> None:
        super().__init__()
        self.agent = Agent("1001")
        self.wish: tuple[AgentState, Reason] | None = None
        self.now = 0.0

    def become(self, agent: Agent) -> None:
        assert agent is self.agent or agent.state in MOVES[self.agent.state] | {self.agent.state}
        self.agent = agent

    # ---- what the agent asks ----

    @precondition(lambda self: self.agent.state is S.LOGGED_OUT)
    @rule()
    def logs_in(self) -> None:
        self.become(self.agent.asked(S.READY, R.LOGIN, self.now))

    @precondition(lambda self: self.agent.state is not S.LOGGED_OUT)
    @rule(wish=WISHES)
    def asks(self, wish: tuple[AgentState, Reason]) -> None:
        before = self.agent
        self.become(before.asked(*wish, self.now))
        if self.agent.state is before.state and before.state in NOT_NOW:
            self.wish = None if wish[0] is S.READY else wish

    @rule(state=st.sampled_from(S), reason=st.sampled_from(R))
    def anything_is_tried(self, state: AgentState, reason: Reason) -> None:
        """A late or doubled event: it happens as the tables say, or changes nothing at all."""
        is_listed = state in MOVES[self.agent.state] and reason in REASONS[state]
        try:
            moved = self.agent.moved(state, reason, self.now)
        except IllegalTransition:
            assert not is_listed
        else:
            assert is_listed or reason is R.SYSTEM_RECOVERY
            assert (moved.state, moved.reason) == (state, reason)

    # ---- what the work does ----

    @precondition(lambda self: self.agent.state is S.READY)
    @rule()
    def is_offered_a_call(self) -> None:
        self.become(self.agent.moved(S.RESERVED, R.OFFER, self.now))

    @precondition(lambda self: self.agent.state is S.RESERVED)
    @rule()
    def answers(self) -> None:
        self.become(self.agent.moved(S.TALKING, R.ACCEPTED, self.now))

    @precondition(lambda self: self.agent.state in (S.READY, S.PAUSED, S.WRAP_UP))
    @rule()
    def is_called_directly(self) -> None:
        if self.agent.state is S.PAUSED:
            self.wish = (S.PAUSED, self.agent.reason)
        self.become(self.agent.moved(S.TALKING, R.DIRECT_CALL, self.now))

    @precondition(lambda self: self.agent.state is S.TALKING)
    @rule()
    def hangs_up(self) -> None:
        self.become(self.agent.moved(S.WRAP_UP, R.CALL_ENDED, self.now))

    @precondition(lambda self: self.agent.state in WORK_OVER)
    @rule(data=st.data())
    def is_free(self, data: st.DataObject) -> None:
        reason = data.draw(st.sampled_from(WORK_OVER[self.agent.state]))
        expected = self.wish or (S.READY, reason)

        self.become(self.agent.freed(reason, self.now))

        assert (self.agent.state, self.agent.reason) == expected

    @precondition(lambda self: S.PHONE_LOST in MOVES[self.agent.state])
    @rule()
    def loses_the_phone(self) -> None:
        if self.agent.state is S.PAUSED:
            self.wish = (S.PAUSED, self.agent.reason)
        self.become(self.agent.moved(S.PHONE_LOST, R.PHONE_GONE, self.now))

    @rule(seconds=st.floats(0, 3600))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    # ---- what must hold ----

    @invariant()
    def a_wish_lives_as_long_as_the_work(self) -> None:
        if self.agent.state not in NOT_NOW:
            self.wish = None
        assert self.agent.next == (NextState(*self.wish) if self.wish else None)

    @invariant()
    def nobody_is_stuck(self) -> None:
        assert MOVES[self.agent.state]
        assert self.agent.since <= self.now


TestAgentStory = AgentStory.TestCase
