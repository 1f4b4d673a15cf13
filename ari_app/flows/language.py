"""The node type `language`: the caller says how to be spoken to."""

from ari_app.domain.flow import Language
from ari_app.flows.active import ActiveCall


async def choose_language(call: ActiveCall, node: Language) -> str:
    key = await call.leg.ask(node.prompts, call.language, within=node.within_seconds)
    if key:
        call.pressed(key)
    language = node.keys.get(key)
    if language is not None:
        call.speak(language)
    return "next"
