"""Calls we owe to callers who did not want to wait."""

from datetime import datetime
from uuid import uuid5

from ari_app.domain.call import CallFacts
from ari_app.domain.facts import CallbackBooked
from ari_app.domain.staff import QueueConfig


def callback_for(
    call: CallFacts, queue: QueueConfig, number: str, place_since: datetime, now: datetime
) -> CallbackBooked:
    """Due at once: whoever dials serves those first who wait longest, in the line or out of it."""
    return CallbackBooked(
        call_id=call.id,
        arrived_at=call.arrived_at,
        at=now,
        callback_id=uuid5(call.id, f"callback/{queue.id}"),
        number=number,
        due_at=now,
        queue_id=queue.id,
        customer_id=call.customer_id,
        place_since=place_since,
        language=call.language,
    )
