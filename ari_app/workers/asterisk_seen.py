"""Whether Asterisk is there, and the same one as before."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class AsteriskSeen:
    """What the lanes know of it together."""

    unconnected: set[str]
    recovered: asyncio.Event = field(default_factory=asyncio.Event)
    started_at: datetime | None = None
    lost_at: datetime | None = None  # the connection, first of all lanes
