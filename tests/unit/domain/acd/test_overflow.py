"""When a queue sends a waiting caller elsewhere, and why."""

import math

import pytest

from ari_app.domain.acd.overflow import (
    Destination,
    DestinationKind,
    Load,
    OverflowBy,
    OverflowRule,
    SentOn,
    next_look,
    overflow,
)

SUPPORT = Destination(DestinationKind.QUEUE, "support")
MESSAGE = Destination(DestinationKind.MAILBOX, "hotline")
CALM = Load(waited=0.0, expected=30.0, waiting=1, agents=10)


def rule(by: OverflowBy, over: float, to: Destination = SUPPORT) -> OverflowRule:
    return OverflowRule(by, over, to)


def decided(*rules: OverflowRule, load: Load = CALM, on_entry: bool = True) -> SentOn | None:
    return overflow(rules, load, lambda _: True, on_entry=on_entry)


def test_nobody_is_sent_away_without_a_reason() -> None:
    rules = [rule(OverflowBy.WAIT, 60), rule(OverflowBy.ESTIMATE, 60), rule(OverflowBy.RATIO, 2)]

    assert decided(*rules) is None


@pytest.mark.parametrize(
    ("by", "limit", "load", "value"),
    [
        (OverflowBy.WAIT, 60.0, Load(60.0, 30.0, 1, 10), 60.0),
        (OverflowBy.ESTIMATE, 60.0, Load(0.0, 61.0, 1, 10), 61.0),
        (OverflowBy.RATIO, 2.0, Load(0.0, 30.0, 21, 10), 2.1),
    ],
)
def test_what_was_over_which_limit_is_the_why(
    by: OverflowBy, limit: float, load: Load, value: float
) -> None:
    assert decided(rule(by, limit), load=load) == SentOn(SUPPORT, by, value, limit)


def test_the_first_rule_that_applies_counts() -> None:
    load = Load(90.0, 30.0, 1, 10)

    found = decided(
        rule(OverflowBy.WAIT, 120), rule(OverflowBy.WAIT, 60, MESSAGE), rule(OverflowBy.WAIT, 30),
        load=load,
    )  # fmt: skip

    assert found is not None
    assert found.to == MESSAGE


@pytest.mark.parametrize("by", [OverflowBy.ESTIMATE, OverflowBy.RATIO])
def test_who_waits_already_is_only_sent_on_by_time(by: OverflowBy) -> None:
    assert decided(rule(by, 1), load=Load(9.0, 999.0, 99, 1), on_entry=False) is None


def test_an_estimate_nobody_is_sure_of_sends_nobody_away() -> None:
    assert decided(rule(OverflowBy.ESTIMATE, 1), load=Load(0.0, None, 99, 1)) is None


def test_without_agents_any_ratio_is_exceeded() -> None:
    found = decided(rule(OverflowBy.RATIO, 100), load=Load(0.0, None, 3, 0))

    assert found is not None
    assert found.value == 3.0  # a number that JSON has


def test_a_queue_that_would_not_serve_the_caller_is_passed_over_and_named() -> None:
    rules = [rule(OverflowBy.WAIT, 60), rule(OverflowBy.WAIT, 60, MESSAGE)]

    found = overflow(rules, Load(61.0, None, 1, 1), lambda _: False, on_entry=False)

    assert found == SentOn(MESSAGE, OverflowBy.WAIT, 61.0, 60.0, ("support",))


def test_time_alone_changes_something_at_the_next_limit() -> None:
    rules = [rule(OverflowBy.WAIT, 120), rule(OverflowBy.WAIT, 60), rule(OverflowBy.RATIO, 2)]

    assert [next_look(rules, waited) for waited in (0.0, 60.0, 120.0)] == [60.0, 120.0, math.inf]
