"""Time is looked at piece by piece: all of it, and what was wrong again and again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.invariants import Finding, Problem
from ari_app.workers.audit_ground import AT_ONCE, LATE, PIECE, Ground

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
BAD = [Finding(Problem.NO_RECORD, "call 1")]


def test_what_is_past_and_well_is_looked_at_once() -> None:
    ground = Ground()
    for start in ground.pieces(START, START + 3 * PIECE + LATE):
        ground.note(start, [], START + 3 * PIECE + LATE)

    assert ground.pieces(START, START + 3 * PIECE + LATE) == [START + 3 * PIECE]


def test_a_piece_with_findings_is_looked_at_until_it_is_well() -> None:
    ground, now = Ground(), START + 10 * PIECE
    for start in ground.pieces(START, now):
        ground.note(start, BAD if start == START else [], now)

    assert START in ground.pieces(START, now)
    assert ground.findings == BAD

    ground.note(START, [], now)
    assert START not in ground.pieces(START, now)
    assert ground.findings == []


def test_findings_older_than_what_is_minded_are_let_go() -> None:
    ground = Ground()
    ground.note(START, BAD, START + PIECE)

    ground.pieces(START + 2 * PIECE, START + 3 * PIECE)

    assert ground.findings == []


@given(st.lists(st.integers(min_value=1, max_value=900), max_size=40))
def test_no_moment_is_left_out_whatever_the_rounds(steps: list[int]) -> None:
    ground, now = Ground(), START
    seen: set[datetime] = set()
    for step in steps:
        now += timedelta(seconds=step)
        pieces = ground.pieces(START, now)
        assert len(pieces) <= AT_ONCE + 1
        for start in pieces:
            ground.note(start, [], now)
            seen.add(start)

    whole = int((now - START) / PIECE)
    assert {START + number * PIECE for number in range(min(whole, AT_ONCE))} <= seen
