"""Writes down what somebody ordered: before it is done, so that nothing is done unseen."""

import logging
from collections.abc import Mapping

from ari_app.domain.unstick import Order
from ari_app.store import trail
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)


async def note(
    ask: Ask, action: str, subject: str, order: Order, detail: Mapping[str, str]
) -> None:
    """Raises: Unavailable; then it must not be done."""
    told = {"why": order.why, **detail}
    await ask(lambda db: trail.note(db, who=order.who, action=action, object=subject, detail=told))
    log.warning(action, extra={"subject": subject, "who": order.who, **detail})
