import pytest

from ari_app.domain.agent import MOVES, PAUSE_REASONS, REASONS, Agent, AgentState, NextState, Reason
from ari_app.domain.errors import IllegalTransition

S, R = AgentState, Reason
NOON = 43200.0


def an_agent(state: AgentState, reason: Reason = R.LOGIN, next: NextState | None = None) -> Agent:
    return Agent("1001", state, reason, NOON, next)


@pytest.mark.parametrize("state", AgentState)
def test_every_state_can_be_left_and_every_state_has_reasons(state: AgentState) -> None:
    assert MOVES[state]
    assert REASONS[state]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_leads_somewhere(reason: Reason) -> None:
    assert reason is R.SYSTEM_RECOVERY or any(reason in known for known in REASONS.values())


@pytest.mark.parametrize("state", AgentState)
@pytest.mark.parametrize("to", AgentState)
def test_only_listed_moves_are_made(state: AgentState, to: AgentState) -> None:
    agent, reason = an_agent(state), min(REASONS[to])

    if to in MOVES[state]:
        moved = agent.moved(to, reason, NOON + 5)
        assert (moved.state, moved.reason, moved.since) == (to, reason, NOON + 5)
    else:
        with pytest.raises(IllegalTransition, match=f"{state} -> {to}"):
            agent.moved(to, reason, NOON + 5)


def test_a_move_for_a_reason_that_does_not_fit_is_refused() -> None:
    with pytest.raises(IllegalTransition):
        an_agent(S.READY).moved(S.PAUSED, R.OFFER, NOON)


@pytest.mark.parametrize("to", AgentState)
def test_recovery_may_put_an_agent_anywhere(to: AgentState) -> None:
    assert an_agent(S.TALKING).moved(to, R.SYSTEM_RECOVERY, NOON).state is to


def test_a_ready_agent_pauses_at_once() -> None:
    paused = an_agent(S.READY).asked(S.PAUSED, R.LUNCH, NOON + 1)

    assert (paused.state, paused.reason, paused.next) == (S.PAUSED, R.LUNCH, None)


@pytest.mark.parametrize("state", [S.RESERVED, S.TALKING, S.WRAP_UP, S.PHONE_LOST])
@pytest.mark.parametrize("reason", sorted(PAUSE_REASONS))
def test_a_pause_asked_for_while_busy_is_remembered(state: AgentState, reason: Reason) -> None:
    agent = an_agent(state).asked(S.PAUSED, reason, NOON)

    assert (agent.state, agent.next) == (state, NextState(S.PAUSED, reason))


def test_logging_out_while_talking_comes_true_after_wrap_up() -> None:
    talking = an_agent(S.TALKING).asked(S.LOGGED_OUT, R.LOGOUT, NOON)

    wrapping_up = talking.moved(S.WRAP_UP, R.CALL_ENDED, NOON + 10)
    gone = wrapping_up.freed(R.WRAP_UP_OVER, NOON + 20)

    assert wrapping_up.next == NextState(S.LOGGED_OUT, R.LOGOUT)
    assert (gone.state, gone.reason, gone.next) == (S.LOGGED_OUT, R.LOGOUT, None)


def test_asking_to_be_ready_takes_an_earlier_wish_back() -> None:
    agent = an_agent(S.TALKING).asked(S.PAUSED, R.LUNCH, NOON).asked(S.READY, R.BACK, NOON)

    assert agent.next is None


def test_an_agent_without_a_wish_is_ready_after_wrap_up() -> None:
    agent = an_agent(S.WRAP_UP).freed(R.WRAP_UP_DONE, NOON)

    assert (agent.state, agent.reason) == (S.READY, R.WRAP_UP_DONE)


def test_a_paused_agent_is_still_paused_when_a_lost_phone_comes_back() -> None:
    lost = an_agent(S.PAUSED, R.LUNCH).moved(S.PHONE_LOST, R.PHONE_GONE, NOON)

    back = lost.freed(R.PHONE_BACK, NOON + 60)

    assert (back.state, back.reason) == (S.PAUSED, R.LUNCH)


def test_a_direct_call_does_not_end_a_pause() -> None:
    talking = an_agent(S.PAUSED, R.TICKET).moved(S.TALKING, R.DIRECT_CALL, NOON)

    done = talking.moved(S.WRAP_UP, R.CALL_ENDED, NOON).freed(R.WRAP_UP_OVER, NOON)

    assert (done.state, done.reason) == (S.PAUSED, R.TICKET)


def test_an_agent_without_phone_can_log_out_at_once_but_not_become_ready() -> None:
    lost = an_agent(S.PHONE_LOST, R.PHONE_GONE)

    assert lost.asked(S.LOGGED_OUT, R.LOGOUT, NOON).state is S.LOGGED_OUT
    assert lost.asked(S.READY, R.BACK, NOON).state is S.PHONE_LOST


def test_asking_for_the_present_state_changes_nothing_but_a_pause_may_change_its_reason() -> None:
    ready, paused = an_agent(S.READY), an_agent(S.PAUSED, R.BREAK)

    assert ready.asked(S.READY, R.BACK, NOON + 9) is ready
    assert paused.asked(S.PAUSED, R.BREAK, NOON + 9) is paused
    assert paused.asked(S.PAUSED, R.LUNCH, NOON + 9).reason is R.LUNCH


def test_nobody_can_ask_to_be_talking_while_busy() -> None:
    with pytest.raises(IllegalTransition):
        an_agent(S.WRAP_UP).asked(S.TALKING, R.ACCEPTED, NOON)


# ---- what a supervisor orders ----


def ordered(before: AgentState, state: AgentState) -> tuple[AgentState, AgentState | None]:
    """Where the agent is then, and what comes after the present work."""
    agent = Agent("a", state=before).ordered(state, 10.0)
    return agent.state, agent.next.state if agent.next else None


@pytest.mark.parametrize("state", [S.READY, S.PAUSED, S.LOGGED_OUT])
@pytest.mark.parametrize("before", [S.READY, S.PAUSED, S.LOGGED_OUT, S.WRAP_UP])
def test_an_order_to_who_is_not_with_a_caller_comes_true_at_once(
    before: AgentState, state: AgentState
) -> None:
    assert ordered(before, state) == (state, None)


@pytest.mark.parametrize("state", [S.PAUSED, S.LOGGED_OUT])
@pytest.mark.parametrize("before", [S.TALKING, S.RESERVED])
def test_an_order_never_ends_a_call_or_an_offer(before: AgentState, state: AgentState) -> None:
    assert ordered(before, state) == (before, state)


def test_an_order_to_be_ready_takes_back_what_was_to_come_after_the_call() -> None:
    agent = Agent("a", state=S.TALKING).asked(S.PAUSED, R.LUNCH, 1.0)

    assert agent.ordered(S.READY, 2.0).next is None


def test_a_lost_phone_can_be_logged_out_and_paused_for_later_but_not_ready() -> None:
    assert ordered(S.PHONE_LOST, S.LOGGED_OUT) == (S.LOGGED_OUT, None)
    assert ordered(S.PHONE_LOST, S.PAUSED) == (S.PHONE_LOST, S.PAUSED)
    with pytest.raises(IllegalTransition, match="phone cannot be reached"):
        ordered(S.PHONE_LOST, S.READY)


@pytest.mark.parametrize("state", [S.RESERVED, S.TALKING, S.WRAP_UP, S.PHONE_LOST])
def test_nobody_is_ordered_into_a_state_that_calls_make(state: AgentState) -> None:
    with pytest.raises(IllegalTransition, match="nobody is ordered"):
        ordered(S.READY, state)


def test_who_is_there_already_keeps_the_reason() -> None:
    agent = Agent("a", state=S.PAUSED, reason=R.LUNCH, since=1.0)

    assert agent.ordered(S.PAUSED, 2.0) is agent
