"""What a call could expect of a queue before it is in it."""

from typing import TYPE_CHECKING

from ari_app.domain.call import CallFacts
from ari_app.domain.flow import Prospect
from ari_app.domain.staff import QueueConfig

if TYPE_CHECKING:
    from ari_app.workers.dispatcher import Dispatcher


def prospect_of(dispatcher: "Dispatcher", call: CallFacts, queue: QueueConfig) -> Prospect:
    """The wait is none where an agent is free and nobody waits; None until enough was learned."""
    agents = list(dispatcher.staff_of(queue, dispatcher.needs_of(call.language)))
    waiting = dispatcher.matcher.waiting(queue.rules.id)
    is_free = any(dispatcher.matcher.is_ready(seat.agent.id) for seat in agents)
    wait = 0.0 if is_free and not waiting else None
    if wait is None:
        wait = dispatcher.outlook.beforehand(queue.name, ahead=waiting, agents=len(agents))
    return Prospect(dispatcher.is_open(queue.name), waiting, len(agents), wait)
