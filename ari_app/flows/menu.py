"""The node type `menu`: one key leads on."""

from ari_app.domain.facts import EventType
from ari_app.domain.flow import Menu
from ari_app.flows.active import ActiveCall


async def choose(call: ActiveCall, node: Menu) -> str:
    for _ in range(node.tries):
        key = await call.leg.ask(node.prompts, call.language, within=node.within_seconds)
        if key:
            call.happened(EventType.KEY_PRESSED, key=key)
        if key in node.keys:
            return key
        await call.say((node.wrong_key_prompt if key else node.no_key_prompt,))
    return "otherwise"
