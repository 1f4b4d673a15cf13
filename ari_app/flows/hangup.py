"""The node type `hangup`: the hotline ends the call, politely."""

from ari_app.domain.facts import Outcome
from ari_app.domain.flow import Hangup
from ari_app.flows.active import ActiveCall


async def hang_up(call: ActiveCall, node: Hangup) -> str:
    call.reached(Outcome.SERVED_BY_FLOW)
    await call.say(node.prompts)
    return "over"
