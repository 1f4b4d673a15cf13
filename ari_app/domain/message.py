"""What a message's file is called, where it is kept, and when there is something to hear in it.

Asterisk writes `{call}-{number}.wav`: recorded for a flow, or by the fallback dialplan alone.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from uuid import UUID, uuid5

SHORTEST_SECONDS = 1.0  # less is a hang-up, not a message
SHORTEST_SOUND = 0.1  # seconds, in all: a click is shorter, a syllable longer


class Flaw(StrEnum):
    """Why there is nothing to hear."""

    NO_FILE = "no_file"
    TOO_BRIEF = "too_brief"
    SILENT = "silent"
    UNREADABLE = "unreadable"  # not a WAV file of the kind we record; set aside for a person


_NAME = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class MessageName:
    """`number` tells the messages of one call apart."""

    call_id: UUID
    number: int

    @classmethod
    def read(cls, text: str) -> "MessageName | None":
        """From a name as `str` gives it; None for any other."""
        found = _NAME.fullmatch(text)
        name = cls(UUID(found[1]), int(found[2])) if found else None
        return name if str(name) == text else None

    def __str__(self) -> str:
        return f"{self.call_id}-{self.number}"

    @property
    def id(self) -> UUID:
        """The message's: everybody who finds the name finds the same row."""
        return uuid5(self.call_id, str(self))

    @property
    def file(self) -> str:
        return f"{self}.wav"

    def kept_at(self, arrived_at: datetime) -> PurePosixPath:
        """Below the archive's root, by the day (UTC) the call arrived."""
        return PurePosixPath(f"messages/{arrived_at.astimezone(UTC):%Y/%m/%d}", self.file)


@dataclass(frozen=True, slots=True)
class LeftMessage:
    """What is known of a message before its file is looked at.

    `mailbox` is None when nobody wrote the message down: the fallback took it.
    """

    arrived_at: datetime
    ended_at: datetime | None  # the call's end
    caller: str
    language: str
    mailbox: str | None
    is_written: bool  # there is a row


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A file in the archive; all of it is the file's own word."""

    path: str
    sha256: str
    bytes: int
    seconds: float
    flaw: Flaw | None


@dataclass(frozen=True, slots=True)
class AwaitedFile:
    """A message whose file nobody has seen yet; `name` is text that a MessageName may read."""

    id: UUID
    call_id: UUID
    arrived_at: datetime
    name: str
    left_at: datetime


def flaw_of(seconds: float, sounding: float) -> Flaw | None:
    """`sounding` is how many of the seconds are louder than a quiet line."""
    if seconds < SHORTEST_SECONDS:
        return Flaw.TOO_BRIEF
    return Flaw.SILENT if sounding < SHORTEST_SOUND else None
