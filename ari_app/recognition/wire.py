"""What goes through the pipe to a process that judges: a line of JSON, then the sound."""

import msgspec


class Question(msgspec.Struct, frozen=True):
    """`size`: bytes of sound that follow. Phrases in small letters."""

    phrases: tuple[str, ...]
    size: int


class Judged(msgspec.Struct, frozen=True):
    phrase: str = ""
    confidence: float = 0.0
    problem: str = ""


def packed(message: Question | Judged) -> bytes:
    return msgspec.json.encode(message) + b"\n"
