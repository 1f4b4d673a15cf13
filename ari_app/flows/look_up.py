"""The node type `look-up`."""

import logging

from ari_app.domain.errors import CallerHungUp, HotlineError
from ari_app.domain.flow import LookingUp
from ari_app.flows.active import ActiveCall
from ari_app.flows.meanwhile import meanwhile

log = logging.getLogger(__name__)


async def look_up(call: ActiveCall, node: LookingUp) -> str:
    """What was known from a look-up before is forgotten first: old answers mislead."""
    for name in node.variables:
        call.facts.variables.forget(name)
    values = {name: call.filled(text) for name, text in node.arguments.items()}
    try:
        asking = call.enquiries.lookups.look_up(call.flows.query(node.query), values)
        row = await meanwhile(call, asking, node.meanwhile_prompt)
    except CallerHungUp:
        raise
    except HotlineError as error:
        log.warning("look-up failed: %s", error, extra={"call_id": str(call.facts.id)})
        return "failed"
    if row is None:
        return "nothing"
    for name, column in node.variables.items():
        call.keep(name, row.get(column, ""))
    return "found"
