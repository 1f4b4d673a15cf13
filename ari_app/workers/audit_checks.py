"""One check per invariant, and the scene they look at: who lives, and until when the event log
is known."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from ari_app.domain.errors import Unavailable
from ari_app.domain.invariants import GRACE, Finding, Invariant, Problem
from ari_app.store import audit, cel
from ari_app.store.audit import Period
from ari_app.store.cel import Watched
from ari_app.workers.audit_recordings import SETTLED, RecordingCheck
from ari_app.workers.audit_sums import compare_sums
from ari_app.workers.recording_index import Ask

# Checked over stretches of time; the others are about what lives now.
LASTING = (Invariant.I1, Invariant.I3, Invariant.I6, Invariant.I7, Invariant.I8)
FROM_LOG = frozenset({Invariant.I1, Invariant.I7, Invariant.I8})
UNREAD = timedelta(seconds=30)  # the event log not read for so long proves nothing any more
BEGINNING = timedelta(days=366)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the auditor looks beside PostgreSQL. Each may raise Unavailable."""

    live_channels: Callable[[], Awaitable[Collection[str]]]
    asterisk_started_at: Callable[[], Awaitable[datetime]]


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment. What could not be had is the error, raised for those who need it."""

    node: str
    now: datetime
    channels: Collection[str] | Unavailable
    booted_at: datetime | Unavailable
    log: Watched | Unavailable

    @property
    def live(self) -> Collection[str]:
        if isinstance(self.channels, Unavailable):
            raise self.channels
        return self.channels

    def known(self, invariant: Invariant) -> tuple[datetime, datetime]:
        """The time that can be looked at; raises Unavailable."""
        if invariant is Invariant.I3:
            return self.now - BEGINNING, self.now - SETTLED
        if invariant not in FROM_LOG:
            return self.now - BEGINNING, self.now
        if isinstance(self.log, Unavailable):
            raise self.log
        until = min(self.log.until, self.now)
        # Both sides of a sum have to be written.
        return self.log.since, until - GRACE[invariant] if invariant is Invariant.I8 else until

    def period(self, since: datetime, until: datetime) -> Period:
        """Where nobody knows when Asterisk started, its calls count as alive until they end."""
        booted_at = self.booted_at if isinstance(self.booted_at, datetime) else EPOCH
        known_since = self.log.since if isinstance(self.log, Watched) else until
        return Period(self.node, since, until, booted_at, known_since)


class Checks:
    def __init__(self, ask: Ask, recordings: RecordingCheck, node: str, sources: Sources) -> None:
        self._ask, self._node, self._sources = ask, node, sources
        self.recordings = recordings

    async def scene(self, now: datetime) -> Scene:
        return Scene(
            self._node,
            now,
            await _or_error(self._sources.live_channels),
            await _or_error(self._sources.asterisk_started_at),
            await _or_error(self._watched),
        )

    async def _watched(self) -> Watched:
        watched = await self._ask(lambda db: cel.watched(db, self._node))
        if watched is None:
            raise Unavailable("Asterisk's event log has not been read yet")
        return watched

    async def of_time(self, invariant: Invariant, period: Period) -> list[Finding]:
        """Raises: Unavailable, OSError."""
        match invariant:
            case Invariant.I1:
                return await self._ask(lambda db: audit.records(db, period))
            case Invariant.I3:
                return await self.recordings.ended(period.since, period.until)
            case Invariant.I6:
                return await self._ask(lambda db: audit.offers(db, period))
            case Invariant.I7:
                return await self._ask(lambda db: audit.dialled_out(db, period))
            case Invariant.I8:
                return await compare_sums(self._ask, period)
        raise AssertionError(f"{invariant} is about the present")

    async def of_now(self, invariant: Invariant, scene: Scene) -> list[Finding]:
        """Raises: Unavailable."""
        live, node = scene.live, self._node
        match invariant:
            case Invariant.I2:
                return await self._ask(lambda db: audit.open_records(db, node, live))
            case Invariant.I4:
                return await self._ask(lambda db: audit.busy_agents(db, live, scene.now))
            case Invariant.I5:
                return await self._ask(lambda db: audit.callers(db, node, live))
        raise AssertionError(f"{invariant} is about the past")

    async def beside(self, invariant: Invariant, scene: Scene) -> list[Finding]:
        """What belongs to an invariant of time and is seen now."""
        if invariant is Invariant.I3:
            return await self.recordings.left_in_spool(scene.now)
        if invariant is Invariant.I1 and isinstance(scene.log, Watched):
            until = scene.log.until
            if scene.now - until > UNREAD:
                return [Finding(Problem.LOG_NOT_READ, f"node {self._node}", until)]
        return []


async def _or_error(source: Callable[[], Awaitable[T]]) -> T | Unavailable:
    try:
        return await source()
    except Unavailable as error:
        return error
