from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ari_app.domain.facts import CallAnswered, QueueEntered, QueueLeft, VisitResult
from ari_app.live import keys
from ari_app.live.line import Line

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
CALL, VISIT, QUEUE = (UUID(int=number) for number in range(1, 4))
OF_CALL: dict[str, Any] = {"call_id": CALL, "arrived_at": NOON, "at": NOON}
ENTERED = QueueEntered(**OF_CALL, visit_id=VISIT, queue_id=QUEUE, place_since=NOON, priority=3)
LEFT = QueueLeft(**OF_CALL, visit_id=VISIT, queue_id=QUEUE, result=VisitResult.ANSWERED)
SHOWN = {
    "call": str(CALL),
    "queue": "orders",
    "since": "2026-03-05T12:00:00+00:00",
    "priority": 3,
}


def line() -> tuple[Line, list[tuple[str, str, Any]]]:
    changes: list[tuple[str, str, Any]] = []
    return Line(lambda *change: changes.append(change), {QUEUE: "orders"}.__getitem__), changes


def test_who_enters_a_queue_is_shown() -> None:
    shown, changes = line()

    shown.told(ENTERED)

    assert changes == [(keys.WAITING, str(VISIT), SHOWN)]
    assert shown.shown == {str(VISIT): SHOWN}


def test_who_leaves_is_removed_once() -> None:
    shown, changes = line()
    shown.told(ENTERED)

    shown.told(LEFT)
    shown.told(LEFT)

    assert changes[1:] == [(keys.WAITING, str(VISIT), None)]
    assert shown.shown == {}


def test_other_facts_change_nothing() -> None:
    shown, changes = line()

    shown.told(CallAnswered(**OF_CALL))

    assert changes == []
