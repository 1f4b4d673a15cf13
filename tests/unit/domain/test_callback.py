"""When a callback stands in line; the whole life of one, whatever happens, keeps to its limits."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.callback import (
    FOR_GOOD,
    LOOK_AGAIN,
    Conditions,
    Owed,
    Plan,
    Retry,
    after_try,
    plan,
)
from ari_app.domain.hours import Standing
from tests.fakes.callbacks import owed
from tests.fakes.clock import NOON

OPEN = Standing(is_open=True)
RETRY = Retry(tries=3, seconds=900)
HOUR = timedelta(hours=1)


def planned(one: Owed, queue: Standing = OPEN, gate: str = "") -> Plan:
    return plan(one, NOON, RETRY, Conditions(queue, gate))


def test_what_is_due_stands() -> None:
    assert planned(owed()) == Plan(stands=True)
    assert planned(owed(due_until=NOON + HOUR)) == Plan(stands=True, look_at=NOON + HOUR)


def test_what_stands_leaves_the_line_when_queue_or_gate_closes() -> None:
    closing = Conditions(OPEN, closes_at=NOON + HOUR)

    assert plan(owed(), NOON, RETRY, closing) == Plan(stands=True, look_at=NOON + HOUR)


@pytest.mark.parametrize(
    ("one", "queue", "gate", "look_at"),
    [
        (owed(due_at=NOON + HOUR), OPEN, "", NOON + HOUR),
        (owed(), Standing(False, opens_at=NOON + 2 * HOUR), "", NOON + 2 * HOUR),
        (owed(due_until=NOON + HOUR), Standing(False, opens_at=NOON + 2 * HOUR), "", NOON + HOUR),
        (owed(), Standing(False), "", None),
        (owed(), OPEN, "too_many_at_once", NOON + LOOK_AGAIN),
        (owed(), OPEN, "closed", NOON + LOOK_AGAIN),
        (owed(), OPEN, "switched_off", None),
    ],
)
def test_what_cannot_be_dialled_now_waits(
    one: Owed, queue: Standing, gate: str, look_at: object
) -> None:
    assert planned(one, queue, gate) == Plan(look_at=look_at)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "gate", "why"),
    [
        (owed(due_until=NOON), "", "window_over"),
        (owed(tries=3), "", "tries_used_up"),
        *((owed(due_at=NOON + HOUR), gate.value, gate.value) for gate in sorted(FOR_GOOD)),
    ],
)
def test_what_will_never_be_dialled_is_given_up(one: Owed, gate: str, why: str) -> None:
    assert planned(one, gate=gate) == Plan(gives_up=why)


def test_the_next_try_is_later_and_within_the_window() -> None:
    later = NOON + timedelta(seconds=900)

    assert after_try(owed(), NOON, RETRY) == later
    assert after_try(owed(tries=2), NOON, RETRY) is None
    assert after_try(owed(due_until=later), NOON, RETRY) is None
    assert after_try(owed(due_until=later + HOUR), NOON, RETRY) == later


@given(
    st.integers(1, 5),
    st.floats(1, 50_000),
    st.one_of(st.none(), st.integers(0, 100_000)),
    st.lists(st.integers(0, 20_000), max_size=30),
)
def test_no_life_of_a_callback_has_a_try_too_many_too_soon_or_too_late(
    tries: int, seconds: float, window: int | None, pauses: list[int]
) -> None:
    retry, now, dialled = Retry(tries, seconds), NOON, []
    ends = None if window is None else NOON + timedelta(seconds=window)
    one: Owed | None = owed(due_until=ends)
    for pause in pauses:
        now += timedelta(seconds=pause)
        if one is None:
            break
        found = plan(one, now, retry, Conditions(OPEN))
        if found.stands:
            dialled.append(now)
            due_at = after_try(one, now, retry)
            one = owed(due_until=ends, due_at=due_at, tries=one.tries + 1) if due_at else None

    assert len(dialled) <= tries
    assert all(ends is None or at < ends for at in dialled)
    least = timedelta(seconds=seconds)
    assert all(b - a >= least for a, b in pairwise(dialled))
