"""Opening hours that a test makes up."""

from collections.abc import Callable
from datetime import datetime

from ari_app.domain.hours import Standing

IsOpen = Callable[[str, datetime], bool]


class FakeOpenings:
    """Queues and schedules are open when `is_open` says so; without it, always."""

    def __init__(self, is_open: IsOpen = lambda name, at: True) -> None:
        self._is_open = is_open

    def is_open(self, queue: str, at: datetime) -> bool:
        return self._is_open(queue, at)

    def standing(self, schedule: str, at: datetime) -> Standing:
        return Standing(self._is_open(schedule, at))
