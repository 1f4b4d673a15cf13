"""What a waiting caller hears when."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.acd.comfort import Comfort, Schedule

ONCE = Comfort(("opening-hours",), after=20.0)
OFTEN = Comfort(("use-our-website",), after=30.0, every=60.0)


def heard(schedule: Schedule, until: float, *, speaking: float = 0.0) -> list[tuple[float, str]]:
    """When each message begins, if each takes so many seconds."""
    now, found = 0.0, list[tuple[float, str]]()
    while (coming := schedule.next()) and coming[0] <= until:
        due, what = coming
        now = max(now, due)
        found.append((now, what.prompts[0]))
        now += speaking
        schedule.said(now)
    return found


def test_each_message_comes_in_its_time() -> None:
    assert heard(Schedule((ONCE, OFTEN), 0.0), until=160) == [
        (20.0, "opening-hours"),
        (30.0, "use-our-website"),
        (90.0, "use-our-website"),
        (150.0, "use-our-website"),
    ]


def test_a_message_that_came_due_while_another_was_said_follows_it() -> None:
    assert heard(Schedule((ONCE, OFTEN), 0.0), until=40, speaking=15.0) == [
        (20.0, "opening-hours"),
        (35.0, "use-our-website"),
    ]


def test_what_was_missed_is_not_made_up_for() -> None:
    often = Comfort(("often",), after=5.0, every=5.0)

    times = [time for time, _ in heard(Schedule((often,), 0.0), until=60, speaking=12.0)]

    assert times == [5.0, 20.0, 35.0, 50.0]


def test_of_two_at_the_same_moment_the_first_comes_first() -> None:
    other = Comfort(("other",), after=20.0)

    assert [name for _, name in heard(Schedule((other, ONCE), 0.0), until=60)] == [
        "other",
        "opening-hours",
    ]


def test_who_has_waited_before_does_not_hear_again_what_was_said() -> None:
    assert heard(Schedule((ONCE, OFTEN), 40.0), until=100) == [(90.0, "use-our-website")]


def test_no_messages_are_silence() -> None:
    assert Schedule((), 0.0).next() is None


messages = st.builds(
    Comfort, st.just(("x",)), st.floats(1, 300), st.just(0.0) | st.floats(5.0, 300)
)


@given(st.lists(messages, max_size=5), st.floats(0, 30))
def test_the_schedule_goes_on_and_never_back(said: list[Comfort], speaking: float) -> None:
    times = [time for time, _ in heard(Schedule(said, 0.0), until=900, speaking=speaking)]

    assert all(before <= after for before, after in pairwise(times))
    assert len(times) <= sum(1 if not each.every else 1 + 900 / each.every for each in said)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (Comfort((), 20.0), "prompts is empty"),
        (Comfort(("no-such-prompt",), 20.0), "prompt 'no-such-prompt' is not in the manifest"),
        (Comfort(("opening-hours",), 0.0), "after 0 is not"),
        (Comfort(("opening-hours",), float("nan")), "after nan is not"),
        (Comfort(("opening-hours",), 20.0, 1.0), "every 1 is neither 0 nor at least 5 s"),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_place(wrong: Comfort, complaint: str) -> None:
    (found,) = wrong.problems("queue 'orders', comfort 1", {"opening-hours"})

    assert found.startswith(f"queue 'orders', comfort 1: {complaint}")
