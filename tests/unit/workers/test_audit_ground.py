"""All time is looked at, each moment twice, and what was wrong again and again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.invariants import Finding, Problem
from ari_app.workers.audit_ground import (
    AT_ONCE,
    LATE,
    LONGEST,
    SECOND_LOOK,
    Ground,
    Stretch,
)

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
ROUND = timedelta(seconds=5)
BAD = [Finding(Problem.NO_RECORD, "call 1")]


def look(ground: Ground, until: datetime, bad: datetime | None = None) -> list[Stretch]:
    """One round; what happened at the moment `bad` is found to be wrong."""
    due = ground.stretches(START, until)
    for one in due:
        is_bad = bad is not None and one.since <= bad < one.until
        ground.note(one, BAD if is_bad else [], until)
    return due


def test_a_round_looks_at_what_is_new() -> None:
    ground, now = Ground(), START + ROUND
    look(ground, now)

    assert look(ground, now + ROUND) == [Stretch(now, now + ROUND)]


def test_each_moment_is_looked_at_once_more_when_what_comes_late_is_there() -> None:
    ground, looks = Ground(), list[datetime]()
    moment, now = START + timedelta(seconds=7), START
    while now < START + 3 * LONGEST:
        now += ROUND
        looks += [now for one in look(ground, now) if one.since <= moment < one.until]

    first, second = looks
    assert first - moment <= ROUND
    assert LATE <= second - moment <= LATE + SECOND_LOOK + ROUND


def test_who_comes_late_catches_up_in_a_few_rounds_and_looks_once_at_what_is_past() -> None:
    ground, now = Ground(), START + (AT_ONCE + 7) * LONGEST

    assert len(look(ground, now)) == AT_ONCE
    assert len(look(ground, now)) == 7
    assert look(ground, now + ROUND) == [Stretch(now, now + ROUND)]


def test_a_stretch_with_findings_is_looked_at_in_each_round_while_it_is_young() -> None:
    ground, moment, now = Ground(), START + timedelta(seconds=7), START
    while now < START + timedelta(minutes=1):
        now += ROUND
        looked = [one for one in look(ground, now, moment) if one.since <= moment < one.until]
        assert bool(looked) == (now > moment)

    assert ground.findings == BAD
    look(ground, now + ROUND)
    assert ground.findings == []


def test_old_findings_are_looked_at_in_turn() -> None:
    ground, now = Ground(), START + 10 * LONGEST
    for one in ground.stretches(START, now):
        ground.note(one, BAD, now)
    seen = set[Stretch]()
    for _ in range(20):
        now += ROUND
        due = [one for one in ground.stretches(START, now) if one.until <= START + 8 * LONGEST]
        assert len(due) == 1
        seen.update(due)

    assert len(seen) == 8
    assert len(ground.findings) == 10


def test_findings_older_than_what_is_minded_are_let_go() -> None:
    ground = Ground()
    for one in ground.stretches(START, START + LONGEST):
        ground.note(one, BAD, START + LONGEST)

    ground.stretches(START + 2 * LONGEST, START + 3 * LONGEST)

    assert ground.findings == []


def test_time_that_comes_again_is_looked_at_again() -> None:
    ground, now = Ground(), START + LONGEST
    look(ground, now + timedelta(hours=1))

    look(ground, now)
    assert look(ground, now + ROUND) == [Stretch(now, now + ROUND)]


def test_what_could_not_be_looked_at_is_looked_at_in_the_next_round() -> None:
    ground, now = Ground(), START + LONGEST
    assert ground.stretches(START, now) == ground.stretches(START, now)  # nothing was noted


@given(st.lists(st.integers(min_value=1, max_value=900), max_size=40), st.data())
def test_no_moment_is_left_out_whatever_the_rounds(steps: list[int], data: st.DataObject) -> None:
    ground, now = Ground(), START
    seen: list[tuple[Stretch, datetime]] = []
    for step in steps:
        now += timedelta(seconds=step)
        bad = data.draw(st.none() | st.integers(0, step))
        wrong = now - timedelta(seconds=bad) if bad else None
        seen += [(one, now) for one in look(ground, now, wrong)]
    while due := look(ground, now):  # until it has caught up
        seen += [(one, now) for one in due]

    moment = START
    while moment < now:
        at = [when for one, when in seen if one.since <= moment < one.until]
        assert at
        assert at[-1] >= moment + LATE or moment > now - LATE - SECOND_LOOK
        moment += timedelta(seconds=13)
