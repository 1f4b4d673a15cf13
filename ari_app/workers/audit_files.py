"""The files of recordings and messages, as the auditor looks at them. Nothing is ever changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from uuid import UUID

from ari_app.domain.recording import call_of
from ari_app.workers.recording_files import Archive, UnsafeFile, Written, measure


@dataclass(frozen=True, slots=True)
class AuditedFiles:
    """Calls block for the disk; `root` is the folder with spool and archive."""

    root: Path

    def spool(self, before: datetime) -> dict[UUID, str]:
        """Calls with a file that was not written to since `before`, each with one file's name."""
        try:
            entries = list((self.root / "spool").iterdir())
        except FileNotFoundError:
            return {}
        return {
            call: entry.name
            for entry in entries
            if (call := call_of(entry.name)) and _older(entry, before)
        }

    def archived(self, day: date, before: datetime) -> Iterator[str]:
        """Paths below the archive's root, of finished files of this day."""
        folder = self.root / "archive" / f"{day:%Y/%m/%d}"
        if folder.is_dir():
            for entry in folder.iterdir():
                if not entry.name.startswith((".", "set-aside-")) and _older(entry, before):
                    yield str(entry.relative_to(self.root / "archive"))

    def measure(self, path: str) -> Written | None:
        """Size and SHA-256 of an archived file; None when there is no such file."""
        try:
            with Archive(self.root / "archive").open(PurePosixPath(path)) as file:
                return measure(file)
        except (FileNotFoundError, UnsafeFile):
            return None


def _older(path: Path, before: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
    except FileNotFoundError:
        return False
