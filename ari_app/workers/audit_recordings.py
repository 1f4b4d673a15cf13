"""I3: every ended call has its recording or a reason, every indexed file is there and the same,
every file that is there is indexed."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from ari_app.domain.invariants import GRACE, Finding, Invariant, Problem
from ari_app.store import audit_counts
from ari_app.store.audit_counts import DueRecording
from ari_app.workers.audit_files import AuditedFiles
from ari_app.workers.recording_files import Written
from ari_app.workers.recording_index import Ask

SETTLED = GRACE[Invariant.I3]
REMEMBERED = 10_000  # files known to be right, whose hash is not made again


class RecordingCheck:
    def __init__(self, ask: Ask, files: AuditedFiles) -> None:
        self._ask, self._files = ask, files
        self._right: dict[str, None] = {}

    async def ended(self, since: datetime, until: datetime) -> list[Finding]:
        """Of calls that ended in this time."""
        due = await self._ask(lambda db: audit_counts.due_recordings(db, since, until))
        untold = [
            Finding(Problem.NO_RECORDING, str(one.call_id), one.ended_at)
            for one in due
            if not one.is_told
        ]
        differ = [
            found for one in due if one.path and (found := await self._compare(one, one.path))
        ]
        return [*untold, *differ, *await self._silent(since, until)]

    async def _silent(self, since: datetime, until: datetime) -> list[Finding]:
        sides = await self._ask(lambda db: audit_counts.silent_sides(db, since, until))
        return [
            Finding(
                Problem.SIDE_SILENT,
                str(one.call_id),
                one.ended_at,
                {"side": one.side, "talk": f"{one.talk_seconds:.0f}"},
            )
            for one in sides
        ]

    async def _compare(self, due: DueRecording, path: str) -> Finding | None:
        if path in self._right:
            return None
        written = await asyncio.to_thread(self._files.measure, path)
        if written is None:
            return Finding(Problem.FILE_MISSING, str(due.call_id), due.ended_at, {"path": path})
        if (what := _difference(due, written)) is not None:
            values = {"path": path, "what": what}
            return Finding(Problem.FILE_DIFFERS, str(due.call_id), due.ended_at, values)
        self._right[path] = None
        if len(self._right) > REMEMBERED:
            del self._right[next(iter(self._right))]
        return None

    async def left_in_spool(self, now: datetime) -> list[Finding]:
        """Files of ended calls that nobody has taken into the archive."""
        files = await asyncio.to_thread(self._files.spool, now - SETTLED)
        over = await self._ask(
            lambda db: audit_counts.ended_before(db, list(files), now - 2 * SETTLED)
        )
        return [
            Finding(Problem.FILE_NOT_INDEXED, f"spool/{files[call]}", None, {"path": files[call]})
            for call in sorted(over)
        ]

    async def archived(self, days: Sequence[date], now: datetime) -> list[Finding]:
        """Files of these days that no index names: a walk through folders, for one who asks."""
        return [found for day in days for found in await self._archived(day, now - 2 * SETTLED)]

    async def _archived(self, day: date, before: datetime) -> list[Finding]:
        paths = await asyncio.to_thread(lambda: list(self._files.archived(day, before)))
        known = await self._ask(lambda db: audit_counts.indexed(db, paths))
        return [
            Finding(Problem.FILE_NOT_INDEXED, f"archive/{path}", None, {"path": path})
            for path in sorted(set(paths) - known)
        ]


def days_between(since: datetime, until: datetime) -> list[date]:
    """Both included, in UTC."""
    count = (until.date() - since.date()).days
    return [since.date() + timedelta(days=number) for number in range(count + 1)]


def _difference(due: DueRecording, written: Written) -> str | None:
    if written.bytes != due.bytes:
        return f"{written.bytes} bytes, {due.bytes} indexed"
    return None if written.sha256 == due.sha256 else "SHA-256"
