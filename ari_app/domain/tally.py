"""What has been dialled lately, for the caps of the outbound gate."""

from collections import deque
from datetime import datetime, timedelta
from uuid import UUID

from ari_app.domain.outbound import Use

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Tally:
    """Refused attempts do not count."""

    def __init__(self) -> None:
        self._made: deque[tuple[datetime, str]] = deque()
        self._live: set[UUID] = set()

    def made(self, attempt: UUID, number: str, at: datetime) -> None:
        """Attempts come in the order of their times."""
        self._made.append((at, number))
        self._live.add(attempt)

    def was_made(self, number: str, at: datetime) -> None:
        """Before this process."""
        self._made.append((at, number))

    def talks(self, attempt: UUID) -> None:
        """One of an earlier process, which still has its leg."""
        self._live.add(attempt)

    @property
    def live(self) -> int:
        return len(self._live)

    def over(self, attempt: UUID) -> None:
        self._live.discard(attempt)

    def use(self, number: str, now: datetime) -> Use:
        while self._made and self._made[0][0] <= now - DAY:
            self._made.popleft()
        return Use(
            at_once=self.live,
            last_hour=sum(at > now - HOUR for at, _ in self._made),
            last_day_to_it=sum(one == number for _, one in self._made),
        )
