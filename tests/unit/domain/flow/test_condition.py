from typing import Any

import pytest

from ari_app.domain.flow import Condition, Prospect

KNOWN = {
    "call.tier": "gold",
    "call.language": "zh",
    "call.dialled": "95001",
    "balance": "12.50",
    "status": "shipped",
    "odd": "12 or so",
}


THERE = Prospect(is_open=True, waiting=3, at_work=2, wait=90.0)


def is_met(there: Prospect = THERE, **asked: Any) -> bool:
    def prospect(queue: str) -> Prospect:
        assert queue == "orders"
        return there

    return Condition(**asked).is_met(lambda name: KNOWN.get(name, ""), prospect)


@pytest.mark.parametrize(
    ("asked", "met"),
    [
        ({}, True),
        ({"tier": ["gold", "vip"]}, True),
        ({"tier": ["normal"]}, False),
        ({"language": ["en"]}, False),
        ({"dialled": ["95001"]}, True),
        ({"dialled": ["9500%"]}, True),
        ({"dialled": ["9500"]}, False),
        ({"variable": "status", "equal": ["paid", "shipped"]}, True),
        ({"variable": "status", "equal": ["paid"]}, False),
        ({"variable": "status", "begins": "ship"}, True),
        ({"variable": "status", "known": True}, True),
        ({"variable": "nothing", "known": True}, False),
        ({"variable": "nothing", "known": False}, True),
        ({"variable": "balance", "above": 12.4}, True),
        ({"variable": "balance", "above": 12.5}, False),
        ({"variable": "balance", "above": 10, "below": 12}, False),
        ({"variable": "odd", "above": 0}, False),
        ({"variable": "nothing", "below": 5}, False),
        ({"queue": "orders", "open": True}, True),
        ({"queue": "orders", "open": False}, False),
        ({"queue": "orders", "at_work": True, "waiting_over": 2}, True),
        ({"queue": "orders", "waiting_over": 3}, False),
        ({"queue": "orders", "wait_over": 89}, True),
        ({"queue": "orders", "wait_over": 90}, False),
        ({"tier": ["gold"], "variable": "balance", "above": 100}, False),
    ],
)
def test_everything_that_is_asked_must_be_true(asked: dict[str, Any], met: bool) -> None:
    assert is_met(**asked) is met


def test_a_wait_that_nobody_can_tell_is_not_over_anything() -> None:
    assert not is_met(Prospect(True, 0, 0, None), queue="orders", wait_over=1)


def test_an_empty_house_can_be_asked_for() -> None:
    assert is_met(Prospect(True, 0, 0, None), queue="orders", at_work=False)


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"tier": ("goldd",)}, "no tier 'goldd'"),
        ({"language": ("fr",)}, "'fr' is no language"),
        ({"variable": "a"}, "nothing is asked of the variable"),
        ({"above": 1}, "asked of a variable, and none is named"),
        ({"queue": "a"}, "nothing is asked of the queue"),
        ({"open": True}, "asked of a queue, and none is named"),
    ],
)
def test_half_a_condition_is_a_fault(asked: dict[str, Any], complaint: str) -> None:
    (fault,) = Condition(**asked).faults()

    assert complaint in fault.what
