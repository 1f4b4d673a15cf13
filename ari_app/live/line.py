"""Who waits in which queue since when, as the facts say on their way into the journal."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from ari_app.domain.facts import Fact, QueueEntered, QueueLeft
from ari_app.live import keys

Put = Callable[[str, str, Any], None]


class Line:
    """`put` shows one change: hash key, field, value (None: gone)."""

    def __init__(self, put: Put, queue_name: Callable[[UUID], str]) -> None:
        self._put = put
        self._queue_name = queue_name
        self._waiting: dict[str, dict[str, Any]] = {}

    @property
    def shown(self) -> Mapping[str, Mapping[str, Any]]:
        """Visit id -> call, queue, since (ISO 8601) and priority of everybody who waits."""
        return self._waiting

    def told(self, fact: Fact) -> None:
        """May be told twice."""
        match fact:
            case QueueEntered():
                self._show(str(fact.visit_id), _told_of(fact, self._queue_name(fact.queue_id)))
            case QueueLeft() if str(fact.visit_id) in self._waiting:
                self._show(str(fact.visit_id), None)
            case _:
                pass

    def _show(self, visit: str, value: dict[str, Any] | None) -> None:
        if value is None:
            del self._waiting[visit]
        else:
            self._waiting[visit] = value
        self._put(keys.WAITING, visit, value)


def _told_of(fact: QueueEntered, queue: str) -> dict[str, Any]:
    return {
        "call": str(fact.call_id),
        "queue": queue,
        "since": fact.place_since.isoformat(),
        "priority": fact.priority,
    }
