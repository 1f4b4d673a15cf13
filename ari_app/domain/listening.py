"""What is understood of what a caller says."""

from dataclasses import dataclass
from enum import StrEnum


class SpeechEvent(StrEnum):
    BEGAN = "began"  # somebody speaks: the prompt is in the way
    PARTIAL = "partial"  # what it looks like so far; may change
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Understood:
    """`phrase` is one of those that were asked for, or empty; `confidence` 0 to 1, of a final or
    partial one."""

    event: SpeechEvent
    phrase: str = ""
    confidence: float = 0.0
