"""One append-only file of facts: a JSON object per line, each with its number, length and CRC-32.

The name holds the time it was begun, so that names sort by age, and the spool's id.
"""

import fcntl
import os
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from uuid import UUID, uuid4

import msgspec

SUFFIX = ".spool"
DAMAGED_SUFFIX = ".damaged"


class _Line(msgspec.Struct, frozen=True):
    line: int
    bytes: int
    crc: int
    fact: msgspec.Raw


class SpoolFile:
    """Locked while open: a file belongs to one process at a time. Calls block for the disk."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.id = UUID(path.stem.partition("_")[2])
        self._descriptor = descriptor
        self._reader = path.open("rb")
        self._size = os.fstat(descriptor).st_size
        self._last_line = 0
        self.unread = path.read_bytes().count(b"\n")
        self.is_ours = False

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Durable before it returns; raises OSError."""
        path = folder / f"{time.time_ns():020d}_{uuid4()}{SUFFIX}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _sync_folder(folder)
        spool = cls(path, descriptor)
        spool.is_ours = True
        return spool

    @classmethod
    def adopt(cls, path: Path) -> Self | None:
        """One that another process left; None while that process still has it."""
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(path, descriptor)

    def append(self, facts: Sequence[bytes]) -> None:
        """On disk (fsync) when it returns. OSError leaves the file as it was."""
        lines = bytearray()
        for number, fact in enumerate(facts, self._last_line + 1):
            lines += b'{"line":%d,"bytes":%d,"crc":%d,"fact":%b}\n' % (
                *(number, len(fact), zlib.crc32(fact)),
                fact,
            )
        try:
            _write_all(self._descriptor, lines)
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(lines)
        self._last_line += len(facts)
        self.unread += len(facts)

    def read(self, count: int) -> list[tuple[int, bytes]]:
        """Up to `count` more lines as (number, fact); fewer only at the end of the file.

        Lines that are torn or altered are copied to the `.damaged` file beside it.
        """
        found: list[tuple[int, bytes]] = []
        while len(found) < count and (raw := self._reader.readline()):
            self.unread -= 1
            line = _check(raw)
            if line is None:
                self.set_aside(raw)
            else:
                found.append((line.line, bytes(line.fact)))
        return found

    def set_aside(self, raw: bytes) -> None:
        """Keeps what cannot be brought in where people can look at it."""
        with self.path.with_suffix(DAMAGED_SUFFIX).open("ab") as file:
            file.write(raw.rstrip(b"\n") + b"\n")

    @property
    def is_read(self) -> bool:
        return self._reader.tell() >= self._size

    def close(self) -> None:
        self._reader.close()
        os.close(self._descriptor)

    def remove(self) -> None:
        self.path.unlink()
        self.close()
        _sync_folder(self.path.parent)


def _check(raw: bytes) -> _Line | None:
    try:
        line = msgspec.json.decode(raw, type=_Line)
    except msgspec.DecodeError:
        return None
    fact = bytes(line.fact)
    return line if len(fact) == line.bytes and zlib.crc32(fact) == line.crc else None


def _write_all(descriptor: int, data: bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
