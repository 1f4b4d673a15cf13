"""Findings count when they last, are said once, and are said again when they are over."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.invariants import (
    GRACE,
    WORDS,
    Finding,
    Invariant,
    Problem,
    Verdict,
    Watch,
    agree,
    verdict_of_log,
)

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
STRANDED = Finding(Problem.NOWHERE, "call 1")


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.mark.parametrize("problem", Problem)
def test_each_problem_has_an_invariant_and_words_in_both_languages(problem: Problem) -> None:
    zh, en = WORDS[problem].zh, WORDS[problem].en
    named = [{name for _, name, *_ in string.Formatter().parse(text) if name} for text in (zh, en)]

    assert WORDS[problem].invariant in GRACE
    assert named[0] == named[1]
    assert not zh.isascii()
    assert en.isascii()


def test_what_does_not_last_never_counts() -> None:
    watch = Watch()
    watch.look([STRANDED], START)
    watch.look([], after(9))
    watch.look([STRANDED], after(11))

    assert watch.counting == ()


def test_what_lasts_is_told_once_with_its_beginning() -> None:
    watch = Watch()

    told = [watch.look([STRANDED], after(seconds)).appeared for seconds in (0, 5, 10, 15)]

    assert [len(appeared) for appeared in told] == [0, 0, 1, 0]
    assert told[2][0].since == START


def test_a_beginning_known_from_the_tables_counts_at_once() -> None:
    finding = Finding(Problem.NO_RECORD, "call 1", since=START)

    assert Watch().look([finding], after(31)).appeared == (finding,)


def test_the_end_is_told_too() -> None:
    watch = Watch()
    for seconds in (0, 10):
        watch.look([STRANDED], after(seconds))

    assert [found.key for found in watch.look([], after(12)).cleared] == [STRANDED.key]
    assert watch.counting == ()


def test_what_could_not_be_looked_at_stays_as_it_was() -> None:
    watch = Watch()
    for seconds in (0, 10):
        watch.look([STRANDED], after(seconds))

    change = watch.look([], after(12), checked=set(Invariant) - {Invariant.I5})

    assert change.cleared == ()
    assert [found.key for found in watch.counting] == [STRANDED.key]


def test_what_an_outage_held_up_has_its_grace_when_it_is_over() -> None:
    watch, others = Watch(), set(Invariant) - {Invariant.I3}
    late = Finding(Problem.NO_RECORDING, "call 1", since=START)
    watch.look([], START)
    watch.look([], after(60), checked=others)

    told = [watch.look([late], after(seconds)).appeared for seconds in (120, 175, 180)]

    assert told == [(), (), (late,)]


def test_the_young_say_how_long_to_wait() -> None:
    watch = Watch()
    watch.look([STRANDED], START)

    assert watch.young(after(4)) == timedelta(seconds=6)
    assert Watch().young(START) is None


@given(st.lists(st.booleans(), max_size=40))
def test_appeared_and_cleared_take_turns(present: list[bool]) -> None:
    watch, balance = Watch(), 0

    for number, is_there in enumerate(present):
        change = watch.look([STRANDED] if is_there else [], after(number * 4))
        balance += len(change.appeared) - len(change.cleared)
        assert balance == len(watch.counting) <= 1


@pytest.mark.parametrize(
    ("together", "answered", "verdict"),
    [
        (30.0, True, Verdict.TALKED),
        (None, False, Verdict.NOT_TALKED),
        (None, True, Verdict.UNCLEAR),  # the agent answered a caller who was just leaving
        (0.4, True, Verdict.UNCLEAR),
    ],
)
def test_what_the_log_says_of_a_call(
    together: float | None, answered: bool, verdict: Verdict
) -> None:
    assert verdict_of_log(together, somebody_answered=answered) is verdict


def test_an_unclear_call_may_count_either_way_but_must_count() -> None:
    assert agree(Verdict.UNCLEAR, Verdict.TALKED)
    assert agree(Verdict.UNCLEAR, Verdict.NOT_TALKED)
    assert not agree(Verdict.UNCLEAR, None)
    assert not agree(Verdict.TALKED, Verdict.NOT_TALKED)
    assert agree(None, None)
