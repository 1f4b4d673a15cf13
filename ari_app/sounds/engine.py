"""The port to speech engines: one small adapter per engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Voice:
    """Speed in words a minute, pitch from 0 to 99: each engine maps them to its own scale."""

    name: str
    speed: int
    pitch: int


class SpeechEngine(Protocol):
    """Speaks text. Methods raise CannotSpeak, and are called from several threads."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """A new version makes every prompt anew, for its sound may have changed."""

    def pick_voice(self, language: str, names: Sequence[str]) -> str:
        """The first of the names that is installed and reads the language properly."""

    def speak(self, text: str, voice: Voice) -> bytes:
        """A sound file, of any format and rate that recordings may have."""
