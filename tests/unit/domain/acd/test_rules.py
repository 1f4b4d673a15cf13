import pytest

from ari_app.domain.acd.contact import Tier
from ari_app.domain.acd.rules import QueueRules, Relaxation

SKILLS = {"orders", "zh"}


def test_sound_rules_have_no_problems() -> None:
    rules = QueueRules(
        id="sales",
        requires={"orders": 5, "zh": 2},
        relaxation=(Relaxation(20, {"orders": 3, "zh": 2}), Relaxation(60, {"orders": 1})),
        max_busy=2,
    )

    assert rules.problems(SKILLS) == []


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        (QueueRules(id="q", requires={"fax": 1}), "queue 'q', requires: unknown skill 'fax'"),
        (QueueRules(id="q", prefers={"fax": 1}), "queue 'q', prefers: unknown skill 'fax'"),
        (QueueRules(id=""), "queue '': id is empty"),
        (QueueRules(id="q", max_busy=0), "queue 'q': max_busy 0 is below 1"),
        (QueueRules(id="q", priority=10), "queue 'q': priority 10 is not 0 to 9"),
        (QueueRules(id="q", ageing=-1.0), "queue 'q': ageing -1.0 is not a number from 0 up"),
        (
            QueueRules(id="q", ageing=float("nan")),
            "queue 'q': ageing nan is not a number from 0 up",
        ),
        (
            QueueRules(id="q", tier_points={Tier.VIP: -5.0}),
            "queue 'q': tier_points has a value that is not a number from 0 up",
        ),
        (
            QueueRules(id="q", requires={"zh": 10}),
            "queue 'q', requires: skill 'zh' has level 10, allowed are 1 to 9",
        ),
    ],
)
def test_a_problem_is_told_with_its_place_and_reason(rules: QueueRules, problem: str) -> None:
    assert rules.problems(SKILLS) == [problem]


def test_a_relaxation_that_goes_backwards_in_level_or_time_is_refused() -> None:
    rules = QueueRules(
        id="q",
        requires={"orders": 3},
        relaxation=(Relaxation(20, {"orders": 5}), Relaxation(20, {"zh": 1})),
    )

    assert rules.problems(SKILLS) == [
        "queue 'q', relaxation step 1: goes backwards, 'orders' rises from 3 to 5",
        "queue 'q', relaxation step 2: after 20 s does not come after 20 s",
        "queue 'q', relaxation step 2: goes backwards, 'zh' rises from 0 to 1",
    ]


def test_a_step_is_due_at_exactly_its_own_deadline() -> None:
    rules = QueueRules(id="q", relaxation=(Relaxation(0.1, {}), Relaxation(0.3, {})))
    entered = 1e6 + 0.7

    assert rules.step_at(entered, entered) == 0
    assert rules.step_at(entered, entered + 0.1) == 1
    assert rules.step_at(entered, entered + 0.3) == 2


def test_priority_and_tier_are_worth_seconds_of_waiting() -> None:
    rules = QueueRules(id="q", priority=1)

    assert rules.points(0, Tier.NORMAL) == 60.0
    assert rules.points(2, Tier.VIP) == 480.0
