"""What Asterisk has right now, as far as recovery needs to know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FoundChannel:
    """A live channel; `app` and `arguments` are those of its Stasis, empty outside of one."""

    id: str
    app: str
    arguments: Sequence[str]


@dataclass(frozen=True, slots=True)
class Inventory:
    """`bridges`: id -> channels in it."""

    started_at: datetime
    channels: Sequence[FoundChannel]
    bridges: Mapping[str, Collection[str]]
