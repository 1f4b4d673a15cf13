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
from ari_app.workers.recording_files import Archive, Spool, UnsafeFile, Written, measure

log = logging.getLogger(__name__)

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Look:
    """What the spool holds of a call at one moment."""

    found: int  # mono files there, 0 to 2
    is_closed: bool  # Asterisk has written the lengths of every file there
    changed_at: float | None  # seconds since the epoch, of the latest write


def look_at(spool: Spool, call_id: UUID) -> Look:
    closed, changes = [], []
    for side in Side:
        try:
            with spool.open(call_id, side) as file:
                changes.append(os.fstat(file.fileno()).st_mtime)
                closed.append(_is_closed(file))
        except (FileNotFoundError, UnsafeFile):
            continue
    return Look(len(closed), all(closed), max(changes, default=None))


def finalise_files(
    spool: Spool,
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
    try:
        if not spool.holds(ended.call_id) and (kept := _describe_kept(archive, path, ended)):
            return kept
        with ExitStack() as stack:
            sides = {side: _open_side(spool, ended.call_id, side, stack) for side in Side}
            verdict = _judge_sides(sides, ended, disk_was_full=disk_was_full)
            monos = {side: found for side, found in sides.items() if isinstance(found, MonoFile)}
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


def clear_spool(spool: Spool, call_id: UUID) -> None:
    """Once the index has spoken: what was used or empty goes, what could not be read is kept."""
    for side in Side:
        with ExitStack() as stack:
            found = _open_side(spool, call_id, side, stack)
        if found in {Reason.UNREADABLE, Reason.UNSAFE_FILE}:
            spool.set_aside(call_id, side)
        else:
            spool.remove(call_id, side)


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


def _judge_sides(
    sides: Mapping[Side, MonoFile | Reason], ended: EndedRecording, *, disk_was_full: bool
) -> Verdict:
    caller, agent = _heard(sides[Side.CALLER]), _heard(sides[Side.AGENT])
    return judge(
        ended.seconds, caller, agent, disk_was_full=disk_was_full, was_muted=ended.was_muted
    )


def _open_side(spool: Spool, call_id: UUID, side: Side, stack: ExitStack) -> MonoFile | Reason:
    try:
        file = stack.enter_context(spool.open(call_id, side))
        header = _header(file)
    except FileNotFoundError:
        return Reason.NO_FILE
    except UnsafeFile:
        return Reason.UNSAFE_FILE
    except BadWav as bad:
        return Reason.EMPTY if bad.fault is WavFault.EMPTY else Reason.UNREADABLE
    if header.channels != 1:
        return Reason.UNREADABLE
    return MonoFile(file, header) if header.frames else Reason.EMPTY


def _heard(found: MonoFile | Reason) -> HeardSide:
    if isinstance(found, Reason):
        return HeardSide(0.0, found)
    flaw = Reason.HEADER_REPAIRED if found.header.was_wrong else None
    return HeardSide(found.header.seconds, flaw)


def _header(file: BinaryIO) -> WavHeader:
    file.seek(0)
    return read_header(file.read(HEAD_BYTES), os.fstat(file.fileno()).st_size)


def _is_closed(file: BinaryIO) -> bool:
    try:
        return not _header(file).was_wrong
    except BadWav:
        return False
