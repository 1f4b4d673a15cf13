"""The node type `personal-menu`: each choice with the key that this caller has for it."""

from ari_app.domain.flow import PersonalMenu
from ari_app.domain.speech import Words, key_name
from ari_app.flows.active import ActiveCall
from ari_app.flows.lines import said
from ari_app.flows.menu import Question, chosen_key


async def choose_personally(call: ActiveCall, node: PersonalMenu) -> str:
    offered = node.offered(call.look, call.prospect, call.filled(node.first))
    if not offered:
        return "otherwise"
    words: Words = said(call, node.prompts)
    for key, entry in offered.items():
        words += (entry.prompt, node.press_prompt, key_name(key))
    question = Question(
        words, node.tries, node.within_seconds, node.wrong_key_prompt, node.no_key_prompt
    )
    key = await chosen_key(call, question, offered)
    return offered[key].name if key else "otherwise"
