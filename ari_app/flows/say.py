"""The node type `say`: prompts, one after the other."""

from ari_app.domain.flow import Say
from ari_app.flows.active import ActiveCall


async def say(call: ActiveCall, node: Say) -> str:
    await call.say(node.prompts)
    return "next"
