"""Asterisk's event log on disk: the file it writes, and the ones a rotation made of it.

A file is known by its first line, which holds a time to the microsecond and a channel id. So a
renamed file goes on where it was, a copy of it is no second file, and one that was cut and begun
again is a new one, whatever its name and inode are.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ari_app.domain.cel import MAX_RECORD_BYTES, CelDamage, CelReader, CelRow
from ari_app.store.cel import Piece

PIECE_BYTES = 128 * 1024  # some 400 rows: one statement of a few 10 ms
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")  # had their turn before they were compressed
FINAL_SECONDS = 60.0  # a renamed file that has not grown for so long will not grow again


@dataclass(frozen=True, slots=True)
class Look:
    """What tells that a file has not changed."""

    inode: int
    size: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class Found:
    """`damage` is what gave no row; the piece counts it."""

    piece: Piece
    damage: tuple[CelDamage, ...]


class CelFiles:
    """Calls block for the disk and raise OSError; one thread uses it at a time."""

    def __init__(self, live: Path, piece_bytes: int = PIECE_BYTES) -> None:
        """Args: live: the file Asterisk appends to; rotated ones stand beside it."""
        self._live = live
        self._piece_bytes = piece_bytes
        self._done: dict[Path, Look] = {}  # nothing was left to read when they looked so

    def next(self, places: Mapping[str, int]) -> Found | None:
        """The next piece that nobody has loaded, oldest file first; None when all is read.

        Args:
            places: the byte up to which each source is loaded; a new one starts at 0.
        """
        for path in self._paths():
            try:
                with path.open("rb") as file:
                    found = self._read(path, file, places)
            except FileNotFoundError:
                continue  # renamed between listing and opening: found under its new name next
            if found is not None:
                return found
        return None

    def _paths(self) -> Iterator[Path]:
        """Those that changed; the live file last, so that rows come roughly in their order."""
        looks = dict(_looks(self._live))
        self._done = {path: look for path, look in self._done.items() if path in looks}
        fresh = [path for path, look in looks.items() if self._done.get(path) != look]
        return iter(sorted(fresh, key=lambda path: (path == self._live, looks[path].changed_ns)))

    def _read(self, path: Path, file: BinaryIO, places: Mapping[str, int]) -> Found | None:
        status = os.fstat(file.fileno())
        look = _look(status)
        head = file.readline(MAX_RECORD_BYTES)
        if not head.endswith(b"\n") and len(head) < MAX_RECORD_BYTES:
            return None  # empty, or the first line is being written
        source = hashlib.sha256(head).hexdigest()
        start = places.get(source, 0)
        is_final = path != self._live and time.time() - status.st_mtime > FINAL_SECONDS
        reader, found = self._parse(file, start, to_the_end=is_final)
        if reader.consumed <= start:
            if is_final or start >= look.size:
                self._done[path] = look
            return None
        rows = tuple(item for item in found if isinstance(item, CelRow))
        damage = tuple(item for item in found if isinstance(item, CelDamage))
        piece = Piece(
            source, str(path), look.inode, start, reader.consumed, rows, damaged=len(damage)
        )
        return Found(piece, damage)

    def _parse(
        self, file: BinaryIO, start: int, *, to_the_end: bool
    ) -> tuple[CelReader, list[CelRow | CelDamage]]:
        """At least one record if there is one: an over-long line is read through to its end."""
        reader = CelReader(start)
        found: list[CelRow | CelDamage] = []
        file.seek(start)
        while reader.consumed == start:
            block = file.read(self._piece_bytes)
            if not block:
                found += reader.close() if to_the_end else []
                break
            found += reader.feed(block)
        return reader, found


def _looks(live: Path) -> Iterator[tuple[Path, Look]]:
    for path in live.parent.glob(f"{live.name}*"):
        try:
            if path.suffix not in COMPRESSED and path.is_file():
                yield path, _look(path.stat())
        except FileNotFoundError:
            continue


def _look(status: os.stat_result) -> Look:
    return Look(status.st_ino, status.st_size, status.st_mtime_ns)
