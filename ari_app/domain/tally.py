"""What has been dialled lately, for the caps of the outbound gate."""

from collections import Counter, deque
from datetime import datetime, timedelta
from uuid import UUID

from ari_app.domain.outbound import Use

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Tally:
    """Refused attempts do not count. Asking costs the same however many there were."""

    def __init__(self) -> None:
        self._day: deque[tuple[datetime, str]] = deque()
        self._hour: deque[datetime] = deque()
        self._to: Counter[str] = Counter()  # of the day, by number
        self._live: set[UUID] = set()

    def made(self, attempt: UUID, number: str, at: datetime) -> None:
        """Attempts come in the order of their times."""
        self.was_made(number, at)
        self._live.add(attempt)

    def was_made(self, number: str, at: datetime) -> None:
        """Before this process."""
        self._day.append((at, number))
        self._hour.append(at)
        self._to[number] += 1

    def talks(self, attempt: UUID) -> None:
        """One of an earlier process, which still has its leg."""
        self._live.add(attempt)

    @property
    def live(self) -> int:
        return len(self._live)

    def over(self, attempt: UUID) -> None:
        self._live.discard(attempt)

    def use(self, number: str, now: datetime) -> Use:
        while self._hour and self._hour[0] <= now - HOUR:
            self._hour.popleft()
        while self._day and self._day[0][0] <= now - DAY:
            _, old = self._day.popleft()
            self._to[old] -= 1
            if not self._to[old]:
                del self._to[old]
        return Use(
            at_once=self.live, last_hour=len(self._hour), last_day_to_it=self._to.get(number, 0)
        )
