"""The node type `menu`: one key leads on."""

from collections.abc import Collection
from dataclasses import dataclass

from ari_app.domain.flow import Menu
from ari_app.domain.speech import Words
from ari_app.flows.active import ActiveCall


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, how often, and how long a key is waited for each time."""

    words: Words
    tries: int
    within: float
    wrong_key_prompt: str
    no_key_prompt: str


async def choose(call: ActiveCall, node: Menu) -> str:
    question = Question(
        node.prompts, node.tries, node.within_seconds, node.wrong_key_prompt, node.no_key_prompt
    )
    return await chosen_key(call, question, node.keys) or "otherwise"


async def chosen_key(call: ActiveCall, question: Question, keys: Collection[str]) -> str:
    """ "" when none of them was pressed in all the tries."""
    for _ in range(question.tries):
        key = await call.leg.ask(question.words, call.language, within=question.within)
        if key:
            call.pressed(key)
        if key in keys:
            return key
        await call.say((question.wrong_key_prompt if key else question.no_key_prompt,))
    return ""
