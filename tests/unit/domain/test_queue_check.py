"""Queues as they were set: what cannot work is found before any caller is led there."""

import pytest

from ari_app.domain.acd.overflow import Destination, DestinationKind, OverflowBy, OverflowRule
from ari_app.domain.queue_check import Known, queue_problems
from ari_app.domain.staff import QueueConfig
from tests.fakes.floor import a_queue

KNOWN = Known(
    skills={"a", "b", "c"},
    prompts=(),
    mailboxes={"hotline"},
    flows={"asks": None, "straight-to-a": "a"},
)


def leading(name: str, *to: tuple[str, str], closing: tuple[str, str] | None = None) -> QueueConfig:
    """A queue that overflows to these places of (kind, name)."""
    return a_queue(
        name,
        overflow=tuple(OverflowRule(OverflowBy.WAIT, 60, there(*each)) for each in to),
        closing_to=there(*closing) if closing else None,
    )


def there(kind: str, name: str) -> Destination:
    return Destination(DestinationKind(kind), name)


def test_queues_that_lead_onward_to_an_end_are_fine() -> None:
    queues = [
        leading("a", ("queue", "b"), ("mailbox", "hotline")),
        leading("b", ("queue", "c"), ("flow", "asks")),
        leading("c", closing=("mailbox", "hotline")),
    ]

    assert queue_problems(queues, KNOWN) == []


@pytest.mark.parametrize(
    "queues",
    [
        [leading("a", ("queue", "b")), leading("b", ("queue", "a"))],
        [leading("a", ("queue", "b")), leading("b", closing=("queue", "a"))],
        [leading("a", ("queue", "b")), leading("b", ("flow", "straight-to-a"))],
        [leading("a", ("mailbox", "hotline"), ("queue", "b")), leading("b", ("queue", "a"))],
    ],
)
def test_a_circle_is_told_once_with_its_way(queues: list[QueueConfig]) -> None:
    (found,) = queue_problems(queues, KNOWN)

    assert found.startswith("queue 'a', overflow ")
    assert found.endswith("leads round in a circle, a -> b -> a")


def test_a_long_circle_is_found() -> None:
    queues = [
        leading("a", ("queue", "b")), leading("b", ("queue", "c")), leading("c", ("queue", "a")),
    ]  # fmt: skip

    assert queue_problems(queues, KNOWN) == [
        "queue 'a', overflow 1: leads round in a circle, a -> b -> c -> a"
    ]


def test_a_way_into_a_circle_is_no_circle_of_its_own() -> None:
    queues = [
        leading("a", ("queue", "b")), leading("b", ("queue", "c")), leading("c", ("queue", "b")),
    ]  # fmt: skip

    assert queue_problems(queues, KNOWN) == [
        "queue 'b', overflow 1: leads round in a circle, b -> c -> b"
    ]


@pytest.mark.parametrize(
    ("to", "complaint"),
    [
        (("queue", "sales"), "there is no queue 'sales'"),
        (("mailbox", "sales"), "there is no mailbox 'sales'"),
        (("flow", "sales"), "there is no flow 'sales'"),
        (("number", "110"), "number '110' is none that could be dialled"),
    ],
)
def test_a_place_that_cannot_be_reached_is_refused(to: tuple[str, str], complaint: str) -> None:
    (found,) = queue_problems([leading("a", to)], KNOWN)

    assert found.startswith(f"queue 'a', overflow 1: {complaint}")


def test_a_number_outside_can_be_a_place() -> None:
    assert queue_problems([leading("a", ("number", "02112345678"))], KNOWN) == []


@pytest.mark.parametrize("over", [0.0, -1.0, float("inf"), float("nan")])
def test_a_limit_must_be_a_number_above_nothing(over: float) -> None:
    rule = OverflowRule(OverflowBy.RATIO, over, there("mailbox", "hotline"))

    (found,) = queue_problems([a_queue("a", overflow=(rule,))], KNOWN)

    assert "overflow 1: over" in found
