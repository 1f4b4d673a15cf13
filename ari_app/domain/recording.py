"""What a call's recording is, how its files are named, and when it is right.

Asterisk writes two mono files into the spool: `{call}-in.wav`, what the caller says, and
`{call}-out.wav`, what the caller hears. The archive holds one stereo file of both.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from uuid import UUID


class RecordingState(StrEnum):
    EXPECTED = "expected"  # not in the archive yet
    FINALISED = "finalised"  # in the archive, as long as the call, both sides
    MISSING = "missing"  # there is nothing to hear, and there will not be
    SHORT = "short"  # in the archive, but less of it than of the call
    DAMAGED = "damaged"  # a side is lost, or what is there cannot be read


class Reason(StrEnum):
    """Why a recording is not finalised, or what to know about one that is."""

    NO_FILE = "no_file"
    EMPTY = "empty"  # a killed Asterisk had not flushed its first buffer
    TOO_BRIEF = "too_brief"  # the call was over before there was anything to write
    UNREADABLE = "unreadable"  # not a WAV file of the kind we record
    ONE_SIDE_LOST = "one_side_lost"
    HEADER_REPAIRED = "header_repaired"  # Asterisk died before closing the file
    TRUNCATED = "truncated"  # the end is missing with the header: the unflushed buffer
    SHORTER_THAN_CALL = "shorter_than_call"
    SIDES_DIFFER = "sides_differ"  # one side is padded with silence at its end
    DISK_FULL = "disk_full"
    STILL_GROWING = "still_growing"  # the channel is said to be gone, yet the file grows
    UNSAFE_FILE = "unsafe_file"  # a link or a device where a recording should be
    WRITE_FAILED = "write_failed"  # the mono files stay in the spool for another try
    MUTED_GAP = "muted_gap"  # silenced on purpose, see recording_gap


class Side(StrEnum):
    """The value is the mono file's suffix."""

    CALLER = "in"
    AGENT = "out"


@dataclass(frozen=True, slots=True)
class EndedRecording:
    """A call whose channel is gone. It should have been recorded from `started_at`, when audio
    began to flow (the answer), to `ended_at`."""

    call_id: UUID
    arrived_at: datetime
    started_at: datetime
    ended_at: datetime
    was_muted: bool = False

    @property
    def seconds(self) -> float:
        return max((self.ended_at - self.started_at).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True)
class CallTimes:
    """What sweeping needs to know of a call; `ended_at` is None while it lives."""

    arrived_at: datetime
    started_at: datetime
    ended_at: datetime | None
    was_muted: bool = False


@dataclass(frozen=True, slots=True)
class IndexedRecording:
    """A file in the archive. Length, size and hash are the file's own, never an event's."""

    call_id: UUID
    arrived_at: datetime
    state: RecordingState
    reasons: tuple[Reason, ...]
    path: str  # below the archive's root
    sha256: str  # of the whole file, 64 hexadecimal digits
    bytes: int
    seconds: float
    # Seconds of digital silence on the left and on the right; None: the file was not read again.
    silent: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` begins with the most telling one; empty only for a faultless recording."""

    state: RecordingState
    reasons: tuple[Reason, ...] = ()

    @property
    def reason(self) -> Reason | None:
        return self.reasons[0] if self.reasons else None


@dataclass(frozen=True, slots=True)
class HeardSide:
    """One mono file: how long it plays, and what was wrong with it, if anything."""

    seconds: float
    flaw: Reason | None = None

    @property
    def is_lost(self) -> bool:
        return self.flaw in _LOST


_LOST = frozenset({Reason.NO_FILE, Reason.EMPTY, Reason.UNREADABLE, Reason.UNSAFE_FILE})
_DAMAGE = frozenset({Reason.UNREADABLE, Reason.UNSAFE_FILE})

# Recording starts with the first frame and ends with the last, not with the call's own stamps;
# and a trunk's clock may run up to 0.1 % off ours over hours.
SLACK_SECONDS = 1.0
SLACK_SHARE = 0.001


def judge(
    call_seconds: float,
    caller: HeardSide,
    agent: HeardSide,
    *,
    disk_was_full: bool = False,
    was_muted: bool = False,
) -> Verdict:
    """Compare what was recorded with the part of the call that should have been."""
    notes = (Reason.MUTED_GAP,) if was_muted else ()
    if caller.is_lost and agent.is_lost:
        return _judge_lost(call_seconds, caller, agent, disk_was_full=disk_was_full)
    slack = max(SLACK_SECONDS, call_seconds * SLACK_SHARE)
    flaws = _flaws(call_seconds - slack, slack, caller, agent)
    if disk_was_full and flaws - {Reason.HEADER_REPAIRED}:
        flaws |= {Reason.DISK_FULL}
    return Verdict(_state_of(flaws), (*sorted(flaws, key=_TELLING.index), *notes))


def _judge_lost(
    call_seconds: float, caller: HeardSide, agent: HeardSide, *, disk_was_full: bool
) -> Verdict:
    flaws = {side.flaw for side in (caller, agent) if side.flaw is not None}
    state = RecordingState.DAMAGED if flaws & _DAMAGE else RecordingState.MISSING
    if disk_was_full:
        flaws |= {Reason.DISK_FULL}
    elif call_seconds < SLACK_SECONDS and state is RecordingState.MISSING:
        flaws |= {Reason.TOO_BRIEF}
    return Verdict(state, tuple(sorted(flaws, key=_TELLING.index)))


def _flaws(enough: float, slack: float, caller: HeardSide, agent: HeardSide) -> set[Reason]:
    flaws = {side.flaw for side in (caller, agent) if side.flaw is not None}
    if caller.is_lost or agent.is_lost:
        flaws |= {Reason.ONE_SIDE_LOST}
    elif abs(caller.seconds - agent.seconds) > slack:
        flaws |= {Reason.SIDES_DIFFER}
    if max(caller.seconds, agent.seconds) < enough:
        was_cut = Reason.HEADER_REPAIRED in flaws
        flaws |= {Reason.TRUNCATED if was_cut else Reason.SHORTER_THAN_CALL}
    return flaws


def _state_of(flaws: Collection[Reason]) -> RecordingState:
    if Reason.ONE_SIDE_LOST in flaws:
        return RecordingState.DAMAGED
    if {Reason.TRUNCATED, Reason.SHORTER_THAN_CALL, Reason.SIDES_DIFFER} & set(flaws):
        return RecordingState.SHORT
    return RecordingState.FINALISED


_TELLING = (
    *(Reason.DISK_FULL, Reason.TOO_BRIEF, Reason.ONE_SIDE_LOST),
    *(Reason.UNSAFE_FILE, Reason.UNREADABLE, Reason.NO_FILE, Reason.EMPTY),
    *(Reason.TRUNCATED, Reason.SHORTER_THAN_CALL, Reason.SIDES_DIFFER),
    Reason.HEADER_REPAIRED,
)


class Space(StrEnum):
    """How much room the recordings have left."""

    OK = "ok"
    LOW = "low"  # alarm
    CRITICAL = "critical"  # stop what need not be recorded
    FULL = "full"  # files written now may be cut


LOW_SHARE = 0.15
CRITICAL_SHARE = 0.05
FULL_BYTES = 32 * 2**20


def judge_space(
    free_bytes: int,
    total_bytes: int,
    *,
    low_share: float = LOW_SHARE,
    critical_share: float = CRITICAL_SHARE,
) -> Space:
    share = free_bytes / total_bytes if total_bytes > 0 else 0.0
    if free_bytes < FULL_BYTES:
        return Space.FULL
    if share < critical_share:
        return Space.CRITICAL
    return Space.LOW if share < low_share else Space.OK


_MONO_NAME = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(?:in|out)\.wav")


def mono_name(call_id: UUID, side: Side) -> str:
    return f"{call_id}-{side}.wav"


def call_of(file_name: str) -> UUID | None:
    """The call a mono file belongs to; None when the name is not one we make."""
    found = _MONO_NAME.fullmatch(file_name)
    return UUID(found[1]) if found else None


def archive_path(call_id: UUID, arrived_at: datetime, suffix: str = ".wav") -> PurePosixPath:
    """`YYYY/MM/DD/{call}.wav` below the archive's root, by the day (UTC) the call arrived."""
    return PurePosixPath(f"{arrived_at.astimezone(UTC):%Y/%m/%d}", f"{call_id}{suffix}")
