"""Requests on one WebSocket that wait for their answers; answers may come in any order."""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from ari_app.ari.errors import AriUnavailable
from ari_app.ari.events import RESTResponse
from ari_app.ari.resource import Answer
from ari_app.ari.stats import Stats

# A timer this late means that our own loop stood still: the answer may lie unread in the socket.
LATE = 0.05


class _Request(NamedTuple):
    operation: str
    deadline: float
    answer: asyncio.Future[Answer]


class Pending:
    """All requests have the same time-out, so the oldest is the first to expire: one timer
    serves them all, and a request costs a future and a dictionary entry."""

    def __init__(self, timeout: float, limit: int, stats: Stats) -> None:
        self._timeout = timeout
        self._limit = limit
        self._stats = stats
        self._loop = asyncio.get_running_loop()
        self._requests: dict[str, _Request] = {}
        self._numbers = count(1)
        self._timer: asyncio.TimerHandle | None = None

    def add(self, operation: str) -> tuple[str, asyncio.Future[Answer]]:
        """A new request id and the future of its answer; AriUnavailable when too many wait."""
        if len(self._requests) >= self._limit:
            raise AriUnavailable(operation, "too many requests wait", outcome_known=True)
        request_id = str(next(self._numbers))
        answer: asyncio.Future[Answer] = self._loop.create_future()
        deadline = self._loop.time() + self._timeout
        self._requests[request_id] = _Request(operation, deadline, answer)
        self._stats.in_flight += 1
        if self._timer is None:
            self._timer = self._loop.call_at(deadline, self._expire, deadline)
        return request_id, answer

    def resolve(self, response: RESTResponse) -> None:
        """Hand an answer to who waits; one that nobody waits for is only counted."""
        request = self._requests.pop(response.request_id, None)
        if request is None:
            self._stats.late_answers += 1
            return
        self._stats.in_flight -= 1
        if not request.answer.done():  # its caller may have been cancelled
            body = response.message_body or ""
            request.answer.set_result(Answer(response.status_code, response.reason_phrase, body))

    def fail(self, error: Callable[[str], Exception]) -> None:
        """End every request with the error made for its operation."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for request in self._requests.values():
            if not request.answer.done():
                request.answer.set_exception(error(request.operation))
        self._stats.in_flight -= len(self._requests)
        self._requests.clear()

    def _expire(self, due: float) -> None:
        now = self._loop.time()
        if now - due > LATE:
            self._timer = self._loop.call_later(LATE / 2, self._expire, now + LATE / 2)
            return
        self._timer = None
        for request_id, request in list(self._overdue(now)):
            del self._requests[request_id]
            self._time_out(request)
        oldest = next(iter(self._requests.values()), None)
        if oldest is not None:
            self._timer = self._loop.call_at(oldest.deadline, self._expire, oldest.deadline)

    def _overdue(self, now: float) -> "list[tuple[str, _Request]]":
        overdue = []
        for request_id, request in self._requests.items():
            if request.deadline > now:
                break
            overdue.append((request_id, request))
        return overdue

    def _time_out(self, request: _Request) -> None:
        self._stats.in_flight -= 1
        if not request.answer.done():
            self._stats.timeouts += 1
            reason = f"no answer within {self._timeout:g} s"
            request.answer.set_exception(
                AriUnavailable(request.operation, reason, outcome_known=False)
            )
