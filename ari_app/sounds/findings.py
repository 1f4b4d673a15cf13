"""What a check has to say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`path` is language/name; an error keeps a caller from hearing what was meant."""

    path: str
    problem: str
    cure: str
    is_error: bool = True
