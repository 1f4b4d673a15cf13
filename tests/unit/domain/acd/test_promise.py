"""What one caller is told about the wait."""

from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.acd.estimate import Estimate
from ari_app.domain.acd.promise import Promise
from ari_app.domain.speech.waiting import as_spoken


def sure(bound: float) -> Estimate:
    return Estimate(bound / 2, bound, is_sure=True)


def test_a_sure_estimate_is_said_rounded_up() -> None:
    assert Promise().renewed(sure(130.0), 0.0, 600.0) == 180


def test_nothing_is_said_that_is_not_sure() -> None:
    assert Promise().renewed(Estimate(60.0, 130.0, is_sure=False), 0.0, 600.0) is None


def test_nothing_is_said_that_outlasts_the_longest_wait_of_the_queue() -> None:
    assert Promise().renewed(sure(601.0), 0.0, 600.0) is None


def test_what_would_end_later_than_was_said_is_not_said() -> None:
    promise = Promise()
    promise.renewed(sure(130.0), 0.0, 600.0)

    assert promise.renewed(sure(130.0), 60.0, 600.0) is None


def test_a_shorter_wait_is_said_again() -> None:
    promise = Promise()
    promise.renewed(sure(230.0), 0.0, 600.0)

    assert promise.renewed(sure(50.0), 60.0, 600.0) == as_spoken(50.0)


def test_after_a_broken_promise_nothing_more_is_promised() -> None:
    promise = Promise()
    promise.renewed(sure(50.0), 0.0, 600.0)

    assert promise.renewed(sure(1.0), 60.0, 600.0) is None


bounds = st.floats(0.1, 5000)


@given(st.lists(st.tuples(st.floats(0, 120), bounds, st.booleans()), max_size=30))
def test_whatever_is_expected_the_caller_never_hears_a_rising_number(
    announcements: list[tuple[float, float, bool]],
) -> None:
    promise, now, said = Promise(), 0.0, list[int]()
    for later, bound, is_sure in announcements:
        now += later
        words = promise.renewed(Estimate(bound / 2, bound, is_sure), now, 1e9)
        said += [] if words is None else [words]

    assert said == sorted(said, reverse=True)
