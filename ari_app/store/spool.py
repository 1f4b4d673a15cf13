"""The facts that wait on disk for PostgreSQL, oldest first, over all files of a folder.

Each process writes a file of its own and also brings in what dead processes left, so a frozen
process that wakes up cannot write into what another is reading.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec

from ari_app.domain.facts import Fact, decode
from ari_app.store.spool_file import SUFFIX, SpoolFile

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SpoolBatch:
    """Facts of one file; `last_line` is the number of the last line they came from."""

    spool: UUID
    last_line: int
    facts: tuple[Fact, ...]


class Spool:
    """Calls block for the disk and raise OSError; one task uses it at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[SpoolFile] = []
        self._marks: dict[UUID, int] = {}
        self._current: SpoolBatch | None = None

    def open(self) -> None:
        """Adopts the files of processes that are gone."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            if (file := SpoolFile.adopt(path)) is not None:
                self._files.append(file)

    def close(self) -> None:
        for file in self._files:
            file.close()
        self._files.clear()

    @property
    def ids(self) -> list[UUID]:
        return [file.id for file in self._files]

    @property
    def waiting(self) -> int:
        """Facts on disk that are not known to be in PostgreSQL."""
        taken = len(self._current.facts) if self._current else 0
        return taken + sum(file.unread for file in self._files)

    def skip(self, marks: Mapping[UUID, int]) -> None:
        """Lines up to these numbers are in PostgreSQL already."""
        self._marks.update(marks)

    def append(self, facts: Sequence[bytes]) -> None:
        """On disk when it returns; after an OSError nothing of it is."""
        if not self._files or not self._files[-1].is_ours:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files.append(SpoolFile.create(self._folder))
        self._files[-1].append(facts)

    def next(self, count: int) -> SpoolBatch | None:
        """The oldest facts, the same ones until they are `done`; None when there are none."""
        while self._current is None and self._files:
            file = self._files[0]
            if lines := file.read(count):
                self._current = self._batch(file, lines)
            else:
                self._finish(file)
        return self._current

    def done(self, batch: SpoolBatch) -> UUID | None:
        """They are in PostgreSQL. Returns the id of the file if that was all and it is gone."""
        self._current = None
        file = self._files[0]
        if not file.is_read:
            return None
        self._finish(file)
        return batch.spool

    def _batch(self, file: SpoolFile, lines: Sequence[tuple[int, bytes]]) -> SpoolBatch:
        known = self._marks.get(file.id, 0)
        facts = [self._decode(file, raw) for number, raw in lines if number > known]
        return SpoolBatch(file.id, lines[-1][0], tuple(fact for fact in facts if fact is not None))

    def _decode(self, file: SpoolFile, raw: bytes) -> Fact | None:
        try:
            return decode(raw)
        except msgspec.MsgspecError as error:
            _log.error("a spooled line is no fact", extra={"file": file.path.name, "error": error})
            file.set_aside(raw)
            return None

    def _finish(self, file: SpoolFile) -> None:
        file.remove()
        self._files.remove(file)
