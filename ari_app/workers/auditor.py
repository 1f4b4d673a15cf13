"""Checks the invariants I1 to I8 all the time, from Asterisk's event log, its channels, our
tables and the files; says once what appears and once what is over."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ari_app.domain.errors import Unavailable
from ari_app.domain.invariants import Change, Finding, Invariant, Watch
from ari_app.ports import Clock
from ari_app.workers.audit_checks import LASTING, Checks, Scene
from ari_app.workers.audit_ground import Ground
from ari_app.workers.audit_recordings import days_between

log = logging.getLogger(__name__)

ROUND_SECONDS = 5.0
LOOK_BACK = timedelta(days=1)  # from where a new auditor starts, and how long it minds the past
STRETCH = timedelta(hours=1)  # what one question spans, for who asks about a long time


@dataclass(frozen=True, slots=True)
class Round:
    """What one look found. `away` says why an invariant could not be looked at."""

    findings: tuple[Finding, ...]
    away: Mapping[Invariant, str] = field(default_factory=dict)

    @property
    def checked(self) -> frozenset[Invariant]:
        return frozenset(Invariant) - self.away.keys()


Look = Callable[[Invariant, Scene], Awaitable[list[Finding]]]


class Auditor:
    """`counting`, `counts`, `checked_at` and `away` are for metrics and for whoever asks."""

    def __init__(self, checks: Checks, clock: Clock, *, look_back: timedelta = LOOK_BACK) -> None:
        self._checks, self._clock, self._look_back = checks, clock, look_back
        self._watch = Watch()
        self._grounds = {invariant: Ground() for invariant in LASTING}
        self.checked_at: datetime | None = None
        self.away: Mapping[Invariant, str] = {}

    @property
    def counting(self) -> tuple[Finding, ...]:
        """What is wrong now, and has been for longer than its grace."""
        return self._watch.counting

    def counts(self) -> dict[str, int]:
        """Findings per invariant, zeros included."""
        broken = [found.invariant for found in self.counting]
        return {invariant.value: broken.count(invariant) for invariant in Invariant}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                await self.round()
            except Exception:
                log.exception("the auditor could not look")

    async def round(self) -> Change:
        """One look at what is new, at what was wrong, and at everything that lives."""
        now = self._clock.now()
        found = await self._look(now, self._look_on)
        self.away, self.checked_at = found.away, now
        change = self._watch.look(found.findings, now, found.checked)
        for finding in change.appeared:
            log.error("invariant broken", extra=_told(finding))
        for finding in change.cleared:
            log.warning("invariant holds again", extra=_told(finding))
        return change

    async def look(self, since: datetime) -> Round:
        """Everything once, over any time; nothing is remembered or logged."""

        async def whole(invariant: Invariant, scene: Scene) -> list[Finding]:
            if invariant not in LASTING:
                return await self._checks.of_now(invariant, scene)
            return await self._look_over(invariant, scene, since)

        return await self._look(self._clock.now(), whole)

    # ---- how ----

    async def _look(self, now: datetime, look: Look) -> Round:
        scene = await self._checks.scene(now)
        findings: list[Finding] = []
        away: dict[Invariant, str] = {}
        for invariant in Invariant:
            try:
                findings += await look(invariant, scene)
            except (Unavailable, OSError) as error:
                away[invariant] = str(error)
        return Round(tuple(findings), away)

    async def _look_on(self, invariant: Invariant, scene: Scene) -> list[Finding]:
        """What lives, or what is new and what is wrong."""
        if invariant not in LASTING:
            return await self._checks.of_now(invariant, scene)
        ground = self._grounds[invariant]
        since, until = scene.known(invariant)
        for stretch in ground.stretches(max(since, scene.now - self._look_back), until):
            found = await self._checks.of_time(invariant, scene.period(*stretch))
            ground.note(stretch, found, until)
        return [*ground.findings, *await self._checks.beside(invariant, scene)]

    async def _look_over(
        self, invariant: Invariant, scene: Scene, since: datetime
    ) -> list[Finding]:
        known, until = scene.known(invariant)
        findings = await self._checks.beside(invariant, scene)
        start = since = max(since, known)
        while start < until:
            period = scene.period(start, min(start + STRETCH, until))
            findings += await self._checks.of_time(invariant, period)
            start += STRETCH
        if invariant is Invariant.I3:
            days = days_between(since, scene.now)
            findings += await self._checks.recordings.archived(days, scene.now)
        return findings


def _told(finding: Finding) -> dict[str, object]:
    return {
        "invariant": finding.invariant.value,
        "problem": finding.problem.value,
        "subject": finding.subject,
        "since": finding.since.isoformat() if finding.since else None,
        "what": finding.sentence("en"),
    }
