"""The files of messages: left by Asterisk in one folder, kept by us in the archive. Blocking."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from ari_app.domain.later import Later
from ari_app.domain.message import Flaw, KeptMessage, MessageName, flaw_of
from ari_app.domain.wav import HEAD_BYTES, BadWav, WavFault, WavHeader, new_header, read_header
from ari_app.workers.audio import MonoFile
from ari_app.workers.recording_files import Archive, UnsafeFile, measure

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

# RMS of 20 ms, 50 dB below a full-scale sine: above the noise of a quiet line, below a whisper.
QUIET_RMS = 73.0
_HOPS_PER_SECOND = 50
_HOPS_AT_ONCE = 500  # 10 s of speech


@dataclass(frozen=True, slots=True)
class FileLook:
    """A file at one moment."""

    is_closed: bool  # Asterisk has written its lengths
    changed_at: float  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class Examined:
    """What can be heard; without frames there is nothing to keep."""

    seconds: float
    flaw: Flaw | None

    @property
    def is_worth_a_file(self) -> bool:
        return self.seconds > 0


class MessageFiles:
    """Names are ours only, links are never followed."""

    def __init__(self, left: Path, archive: Path) -> None:
        self._root, self._left, self._archive = left, Archive(left), Archive(archive)

    def names(self) -> tuple[set[MessageName], set[str]]:
        """The messages that lie here, and the names that are not ours."""
        found = {entry.name for entry in os.scandir(self._root)}
        ours = {name for file in found if (name := _name_of(file)) is not None}
        return ours, found - {name.file for name in ours}

    def look(self, name: MessageName) -> FileLook | None:
        """None when there is no such file. What cannot be read counts as closed."""
        try:
            with self._left.open(PurePosixPath(name.file)) as file:
                return FileLook(_is_closed(file), os.fstat(file.fileno()).st_mtime)
        except FileNotFoundError:
            return None
        except UnsafeFile:
            return FileLook(is_closed=True, changed_at=0.0)

    def examine(self, name: MessageName) -> Examined:
        """Listens to it. Raises OSError, or EOFError when it shrinks meanwhile."""
        try:
            with self._opened(name) as mono:
                seconds = mono.header.seconds
                return Examined(seconds, flaw_of(seconds, _sounding_seconds(mono)))
        except BadWav as bad:
            is_empty = bad.fault is WavFault.EMPTY
            return Examined(0.0, Flaw.TOO_BRIEF if is_empty else Flaw.UNREADABLE)
        except UnsafeFile:
            return Examined(0.0, Flaw.UNREADABLE)

    def keep(self, name: MessageName, arrived_at: datetime, flaw: Flaw | None) -> KeptMessage:
        """Writes the archive's file, header repaired; repeating it gives the same file.

        What Asterisk wrote stays. Raises OSError, EOFError.
        """
        path = name.kept_at(arrived_at)
        with self._opened(name) as mono:
            written = self._archive.write(path, _whole_file(mono))
            seconds = mono.header.seconds
        return KeptMessage(str(path), written.sha256, written.bytes, seconds, flaw)

    def find_kept(self, name: MessageName, arrived_at: datetime) -> KeptMessage | None:
        """The archive may hold the file although its row forgot: a restored database."""
        path = name.kept_at(arrived_at)
        try:
            with self._archive.open(path) as file:
                mono = MonoFile(file, _header(file))
                flaw = flaw_of(mono.header.seconds, _sounding_seconds(mono))
                written = measure(file)
        except (FileNotFoundError, UnsafeFile, EOFError, BadWav):
            return None
        return KeptMessage(str(path), written.sha256, written.bytes, mono.header.seconds, flaw)

    def remove(self, name: MessageName) -> None:
        """Safe to repeat."""
        (self._root / name.file).unlink(missing_ok=True)

    def set_aside(self, name: MessageName) -> None:
        """Kept for a person to look at, under a name nobody works on."""
        with suppress(FileNotFoundError):
            (self._root / name.file).rename(self._root / f"set-aside-{name.file}")

    @contextmanager
    def _opened(self, name: MessageName) -> Iterator[MonoFile]:
        with self._left.open(PurePosixPath(name.file)) as file:
            header = _header(file)
            if header.channels != 1:
                raise BadWav(WavFault.UNSUPPORTED, f"{header.channels} channels")
            yield MonoFile(file, header)


def _name_of(file: str) -> MessageName | None:
    return MessageName.read(file.removesuffix(".wav")) if file.endswith(".wav") else None


def _header(file: BinaryIO) -> WavHeader:
    file.seek(0)
    return read_header(file.read(HEAD_BYTES), os.fstat(file.fileno()).st_size)


def _is_closed(file: BinaryIO) -> bool:
    try:
        return not _header(file).was_wrong
    except BadWav:
        return False


def _whole_file(mono: MonoFile) -> Iterator[bytes]:
    yield new_header(mono.header.rate, 1, mono.header.frames)
    yield from _blocks(mono, mono.header.rate * 10)


def _blocks(mono: MonoFile, frames: int) -> Iterator[bytes]:
    """All its samples in order; raises EOFError when it has become shorter than its header."""
    mono.file.seek(mono.header.data_at)
    left = mono.header.data_bytes
    while left:
        block = mono.file.read(min(frames * mono.header.frame_bytes, left))
        if not block:
            raise EOFError("a message shrank while it was read")
        left -= len(block)
        yield block


def _sounding_seconds(mono: MonoFile) -> float:
    """How much of it is louder than a quiet line. A constant offset is no sound."""
    hop = mono.header.rate // _HOPS_PER_SECOND
    loud = 0
    for block in _blocks(mono, hop * _HOPS_AT_ONCE):
        samples = np.frombuffer(block, "<i2")
        hops = samples[: len(samples) // hop * hop].reshape(-1, hop).astype(np.float32)
        loud += int(np.count_nonzero(hops.std(axis=1) > QUIET_RMS))
    return loud / _HOPS_PER_SECOND
