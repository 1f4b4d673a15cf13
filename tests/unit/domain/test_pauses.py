from datetime import UTC, datetime, timedelta

import pytest

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.pauses import PauseReason, Pauses, overdue_seconds

S, R = AgentState, Reason
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PAUSES = Pauses(
    [
        PauseReason(R.LUNCH, "用餐", "Lunch", "2", 3600, is_work=False),
        PauseReason(R.MEETING, "会议", "Meeting", "3", None, is_work=True),
    ]
)


def test_a_digit_is_a_reason_only_if_a_row_says_so() -> None:
    assert [PAUSES.dialled(digit) for digit in ("2", "3", "9", "")] == [
        R.LUNCH,
        R.MEETING,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("state", "reason", "longest"),
    [
        (S.PAUSED, R.LUNCH, 3600),
        (S.PAUSED, R.MEETING, None),
        (S.PAUSED, R.MISSED_OFFERS, None),
        (S.READY, R.LUNCH, None),
    ],
)
def test_only_a_pause_with_a_limit_has_one(
    state: AgentState, reason: Reason, longest: float | None
) -> None:
    assert PAUSES.longest(state, reason) == longest


def test_a_reason_has_a_title_and_the_systems_own_keep_their_name() -> None:
    assert PAUSES.title("lunch", "zh") == "用餐"
    assert PAUSES.title("lunch", "en") == "Lunch"
    assert PAUSES.title("missed_offers", "zh") == "missed_offers"


@pytest.mark.parametrize(
    ("state", "until", "overdue"),
    [
        (S.PAUSED, NOW - timedelta(seconds=5), 5),
        (S.PAUSED, NOW, None),
        (S.PAUSED, None, None),
        (S.WRAP_UP, NOW - timedelta(seconds=5), None),
    ],
)
def test_a_pause_is_overdue_past_its_limit(
    state: AgentState, until: datetime | None, overdue: float | None
) -> None:
    assert overdue_seconds(state, until, NOW) == overdue
