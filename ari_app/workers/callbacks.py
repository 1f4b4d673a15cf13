"""Calls we owe to callers who did not want to wait."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid5

from ari_app.domain.call import CallFacts
from ari_app.domain.day_part import Window
from ari_app.domain.facts import CallbackBooked
from ari_app.domain.staff import QueueConfig


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller wants. Without a window: as soon as possible."""

    number: str
    place_since: datetime
    window: Window | None = None


def callback_for(
    call: CallFacts, queue: QueueConfig, asked: Asked, now: datetime
) -> CallbackBooked:
    """Due at once, or in the window: whoever dials serves those first who wait longest, in the line
    or out of it."""
    return CallbackBooked(
        call_id=call.id,
        arrived_at=call.arrived_at,
        at=now,
        callback_id=uuid5(call.id, f"callback/{queue.id}"),
        number=asked.number,
        due_at=asked.window.begins.astimezone(UTC) if asked.window else now,
        due_until=asked.window.ends.astimezone(UTC) if asked.window else None,
        queue_id=queue.id,
        customer_id=call.customer_id,
        place_since=asked.place_since,
        language=call.language,
    )
