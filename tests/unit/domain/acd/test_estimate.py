"""How long a caller will wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.acd.estimate import Estimate, Situation, WaitEstimator
from bench.wait import Bench, one_group, two_queues


def test_a_fresh_queue_is_estimated_from_its_state_alone() -> None:
    estimator = WaitEstimator(handling=180.0)

    told = estimator.estimate(Situation(ahead=3, agents=10, head_waited=40.0))

    assert told.mean == pytest.approx(4 * 180 / 10)
    assert told.bound > told.mean
    assert not told.is_sure


def test_callers_who_give_up_shorten_the_line() -> None:
    patient, impatient = WaitEstimator(), WaitEstimator()
    for _ in range(50):
        impatient.gave_up(60.0)
        impatient.answered(60.0, None)
    situation = Situation(ahead=20, agents=5, head_waited=0.0)

    assert impatient.by_state(situation) < patient.by_state(situation) / 2


def test_agents_who_mostly_take_other_calls_count_less() -> None:
    estimator = WaitEstimator()
    situation = Situation(ahead=0, agents=10, head_waited=0.0)
    before = estimator.by_state(situation)
    for number in range(20_000):
        estimator.agent_took(own=number % 4 == 0)

    assert estimator.by_state(situation) == pytest.approx(4 * before, rel=0.1)


def test_nothing_is_sure_without_agents_or_experience() -> None:
    estimator = WaitEstimator()
    situation = Situation(ahead=0, agents=3, head_waited=0.0)
    for _ in range(30):
        estimator.answered(50.0, estimator.estimate(situation))

    assert estimator.estimate(situation).is_sure
    assert not estimator.estimate(Situation(ahead=0, agents=0, head_waited=0.0)).is_sure


@pytest.mark.parametrize(
    ("day", "peer", "worst"),
    [(one_group(6, 6.6, 180.0), "ql", 1.15), (two_queues((5.0, 5.0), (3, 3, 3)), "les", 0.8)],
)
def test_a_few_days_teach_it_to_beat_the_others_and_to_keep_its_promise(
    day: object, peer: str, worst: float
) -> None:
    score = Bench(day, days=2).run()  # type: ignore[arg-type]

    assert score.ratio(peer) < worst
    assert 0.75 < score.coverage < 0.85


seconds = st.floats(0, 1e5)
situations = st.builds(Situation, st.integers(0, 500), st.integers(0, 300), seconds)


@given(st.lists(st.tuples(situations, seconds, st.booleans()), max_size=60), situations)
def test_whatever_it_lives_through_it_stays_a_number_of_seconds(
    past: list[tuple[Situation, float, bool]], now: Situation
) -> None:
    estimator = WaitEstimator()
    for situation, waited, served in past:
        told: Estimate = estimator.estimate(situation)
        if served:
            estimator.answered(waited, told)
            estimator.call_over(waited)
        else:
            estimator.gave_up(waited)

    told = estimator.estimate(now)

    assert 0 < told.mean < float("inf")
    assert told.mean * 0.1 < told.bound < float("inf")
