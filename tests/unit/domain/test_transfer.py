import pytest

from ari_app.domain.agent import AgentState
from ari_app.domain.transfer import Refusal, agent_number, refusal


@pytest.mark.parametrize(
    ("dialled", "number"),
    [
        ("1002", 1002),
        ("12", None),
        ("1234567", None),
        ("", None),
        ("*45", None),
        ("+861391234", None),
        ("1002\n", None),
        ("一千零二", None),
        ("１００２", None),  # digits of another script: FILTER and SIP know ASCII only
    ],
)
def test_only_a_number_that_phones_can_dial_is_an_agents(dialled: str, number: int | None) -> None:
    assert agent_number(dialled) == number


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (AgentState.READY, None),
        (AgentState.LOGGED_OUT, Refusal.NOT_AT_WORK),
        (AgentState.PAUSED, Refusal.NOT_AT_WORK),
        (AgentState.PHONE_LOST, Refusal.PHONE_LOST),
        (AgentState.RESERVED, Refusal.BUSY),
        (AgentState.TALKING, Refusal.BUSY),
        (AgentState.WRAP_UP, Refusal.BUSY),
    ],
)
def test_only_who_is_ready_is_rung_for_a_colleague(state: AgentState, why: Refusal | None) -> None:
    assert refusal(state) == why
