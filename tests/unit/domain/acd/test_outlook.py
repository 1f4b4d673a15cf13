"""What callers have to expect, from what happened before."""

from collections.abc import Iterator

import pytest

from ari_app.domain.acd.estimate import Estimate
from ari_app.domain.acd.outlook import Outlook, PastVisit


def busy_hour(waits: int = 40, seconds: float = 90.0) -> Iterator[PastVisit]:
    """Callers with one ahead at two agents, each of whom handles a call in so many seconds."""
    told = Outlook().began("first", "orders", 0.0, ahead=1, agents=2)
    return (PastVisit("orders", seconds, told, {"orders"}, seconds) for _ in range(waits))


@pytest.fixture
def outlook() -> Outlook:
    outlook = Outlook()
    outlook.learn(busy_hour())
    return outlook


def test_what_happened_before_makes_sure() -> None:
    fresh, experienced = Outlook(), Outlook()
    experienced.learn(busy_hour())

    assert not fresh.began("1", "orders", 0.0, ahead=0, agents=2).is_sure
    assert experienced.began("1", "orders", 0.0, ahead=0, agents=2).is_sure


def test_the_wait_that_remains_shrinks_with_the_line(outlook: Outlook) -> None:
    outlook.began("1", "orders", 0.0, ahead=9, agents=2)

    bounds = [left(outlook, ahead).bound for ahead in (9, 6, 3, 0)]

    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] > 3 * bounds[-1]


def test_the_wait_that_remains_grows_when_agents_leave(outlook: Outlook) -> None:
    outlook.began("1", "orders", 0.0, ahead=3, agents=4)

    assert left(outlook, ahead=3, agents=2).mean > left(outlook, ahead=3, agents=4).mean


def test_nothing_remains_for_who_does_not_wait_any_more(outlook: Outlook) -> None:
    outlook.began("1", "orders", 0.0, ahead=0, agents=2)
    outlook.answered("1", "orders", 30.0, {"orders"})
    outlook.began("2", "orders", 0.0, ahead=0, agents=2)
    outlook.gave_up("2", "orders", 30.0)

    for contact in ("1", "2", "nobody"):
        assert outlook.remaining(contact, "orders", ahead=0, agents=2) is None


def test_each_queue_learns_from_its_own_waits(outlook: Outlook) -> None:
    assert not outlook.began("1", "support", 0.0, ahead=0, agents=2).is_sure


def test_nobody_at_work_is_never_sure(outlook: Outlook) -> None:
    outlook.began("1", "orders", 0.0, ahead=0, agents=2)

    assert not left(outlook, ahead=0, agents=0).is_sure


def test_those_who_leave_the_line_are_expected_to_go_on_doing_so() -> None:
    patient, impatient = Outlook(), Outlook()
    for outlook in (patient, impatient):
        outlook.learn(busy_hour())
    impatient.learn([PastVisit("orders", 30.0, None) for _ in range(80)])

    short, long = (each.began("1", "orders", 0.0, ahead=20, agents=2).mean
                   for each in (impatient, patient))  # fmt: skip

    assert short < long


def left(outlook: Outlook, ahead: int, agents: int = 2) -> Estimate:
    found = outlook.remaining("1", "orders", ahead=ahead, agents=agents)
    assert found is not None
    return found
