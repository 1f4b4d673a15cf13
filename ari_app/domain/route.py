"""Where a dialled number leads."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Route:
    """What the dialplan needs to know of a call before its flow starts."""

    flow: str
    language: str  # zh or en
    priority: int  # 0 (ordinary) to 9
    tier: str  # normal, silver, gold or vip
    customer_id: UUID | None


DEFAULT_ROUTE = Route("hotline", "zh", 0, "normal", None)
"""Who calls while nobody can say where the number leads."""
