"""The node type `say`: prompts, one after the other."""

from ari_app.domain.flow import Say
from ari_app.flows.active import ActiveCall
from ari_app.flows.lines import said


async def say(call: ActiveCall, node: Say) -> str:
    """Who knows the way presses on: the rest is not said, and the key answers what follows."""
    await call.leg.play(said(call, node.prompts), call.language, until_key=node.interruptible)
    return "next"
