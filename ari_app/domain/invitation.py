"""What is said to a phone that is rung, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`originator` is the caller's channel."""

    endpoint: str
    caller_id: str
    seconds: float
    originator: str
    variables: Mapping[str, str]
