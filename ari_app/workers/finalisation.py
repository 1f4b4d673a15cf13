"""From a call's two mono files to one stereo file and a verdict. Blocking: runs in a thread."""

import errno
import logging
import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO
from uuid import UUID

from ari_app.domain.recording import (
    EndedRecording,
    HeardSide,
    IndexedRecording,
    Reason,
    RecordingState,
    Side,
    Verdict,
    archive_path,
    judge,
)
from ari_app.domain.wav import HEAD_BYTES, BadWav, WavFault, WavHeader, read_header
from ari_app.workers.audio import Encoder, MonoFile, Silence, stereo_blocks
from ari_app.workers.recording_files import Archive, Spool, Written, measure

log = logging.getLogger(__name__)

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class MonoSide:
    """One side of a call as the spool holds it, or why there is nothing to be heard of it.

    `is_closed`: Asterisk has written the lengths. `changed_at`: of the last write, in seconds since
    the epoch; None when there is no file.
    """

    heard: MonoFile | Reason
    is_closed: bool = True
    changed_at: float | None = None

    @property
    def is_odd(self) -> bool:
        """A file that could not be read: kept for a person to look at."""
        return self.heard in (Reason.UNREADABLE, Reason.UNSAFE_FILE)


Sides = Mapping[Side, MonoSide]


def open_sides(spool: Spool, call_id: UUID, stack: ExitStack) -> Sides:
    """Open until the stack is closed. Raises: OSError."""
    return {side: _side(found) for side, found in spool.open(call_id, stack).items()}


def _side(found: BinaryIO | Reason) -> MonoSide:
    if isinstance(found, Reason):
        return MonoSide(found)
    changed_at = os.fstat(found.fileno()).st_mtime
    try:
        header = _header(found)
    except BadWav as bad:
        reason = Reason.EMPTY if bad.fault is WavFault.EMPTY else Reason.UNREADABLE
        return MonoSide(reason, is_closed=False, changed_at=changed_at)
    heard: MonoFile | Reason = MonoFile(found, header) if header.frames else Reason.EMPTY
    if header.channels != 1:
        heard = Reason.UNREADABLE
    return MonoSide(heard, not header.was_wrong, changed_at)


def odd_of(sides: Sides) -> frozenset[Side]:
    return frozenset(side for side, one in sides.items() if one.is_odd)


def finalise_files(
    sides: Sides,
    archive: Archive,
    encoder: Encoder,
    ended: EndedRecording,
    *,
    disk_was_full: bool,
) -> IndexedRecording | Verdict:
    """Write the archive file and describe it; a bare verdict when there is none to describe.

    Repeating it gives the same file and the same description. The mono files stay.
    """
    path = archive_path(ended.call_id, ended.arrived_at, encoder.suffix)
    is_empty = all(one.heard is Reason.NO_FILE for one in sides.values())
    try:
        if is_empty and (kept := _describe_kept(archive, path, ended)):
            return kept
        verdict = _judge_sides(sides, ended, disk_was_full=disk_was_full)
        monos = {side: one.heard for side, one in sides.items() if isinstance(one.heard, MonoFile)}
        return _write(archive, path, encoder, monos, (ended, verdict)) if monos else verdict
    except (OSError, EOFError) as error:
        log.warning("recording not written: %s", error, extra={"call_id": ended.call_id})
        is_full = isinstance(error, OSError) and error.errno in _NO_ROOM
        reason = Reason.DISK_FULL if is_full else Reason.WRITE_FAILED
        return Verdict(RecordingState.EXPECTED, (reason,))


def is_kept(archive: Archive, encoder: Encoder, ended: EndedRecording) -> bool:
    try:
        archive.open(archive_path(ended.call_id, ended.arrived_at, encoder.suffix)).close()
    except FileNotFoundError:
        return False
    return True


def _write(
    archive: Archive,
    path: PurePosixPath,
    encoder: Encoder,
    monos: Mapping[Side, MonoFile],
    judged: tuple[EndedRecording, Verdict],
) -> IndexedRecording:
    frames = max(mono.header.frames for mono in monos.values())
    rate = next(iter(monos.values())).header.rate
    blocks = stereo_blocks(monos.get(Side.CALLER), monos.get(Side.AGENT), frames)
    silence = Silence()
    written = archive.write(path, encoder.encode(silence.watch(blocks), rate, frames))
    row = _row(*judged, path, written, frames / rate)
    return replace(row, silent=silence.seconds(rate))


def _describe_kept(
    archive: Archive, path: PurePosixPath, ended: EndedRecording
) -> IndexedRecording | None:
    """The archive may hold the file although the index forgot: a restored database."""
    try:
        with archive.open(path) as file:
            seconds = _header(file).seconds
            written = measure(file)
    except (FileNotFoundError, BadWav):
        return None
    heard = HeardSide(seconds)
    verdict = judge(ended.seconds, heard, heard, was_muted=ended.was_muted)
    return _row(ended, verdict, path, written, seconds)


def _row(
    ended: EndedRecording, verdict: Verdict, path: PurePosixPath, written: Written, seconds: float
) -> IndexedRecording:
    return IndexedRecording(
        call_id=ended.call_id,
        arrived_at=ended.arrived_at,
        state=verdict.state,
        reasons=verdict.reasons,
        path=str(path),
        sha256=written.sha256,
        bytes=written.bytes,
        seconds=seconds,
    )


def _judge_sides(sides: Sides, ended: EndedRecording, *, disk_was_full: bool) -> Verdict:
    caller, agent = _heard(sides[Side.CALLER].heard), _heard(sides[Side.AGENT].heard)
    return judge(
        ended.seconds, caller, agent, disk_was_full=disk_was_full, was_muted=ended.was_muted
    )


def _heard(found: MonoFile | Reason) -> HeardSide:
    if isinstance(found, Reason):
        return HeardSide(0.0, found)
    flaw = Reason.HEADER_REPAIRED if found.header.was_wrong else None
    return HeardSide(found.header.seconds, flaw)


def _header(file: BinaryIO) -> WavHeader:
    file.seek(0)
    return read_header(file.read(HEAD_BYTES), os.fstat(file.fileno()).st_size)
