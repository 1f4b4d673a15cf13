"""The node type `ask`: digits into a variable. They are written to no event and no log."""

from ari_app.domain.flow import Ask
from ari_app.domain.speech import Measure, spoken
from ari_app.flows.active import ActiveCall
from ari_app.flows.digits import ask_digits
from ari_app.flows.lines import said

YES = "1"


async def ask(call: ActiveCall, node: Ask) -> str:
    call.facts.variables.forget(node.variable)  # a former answer is none to this question
    for _ in range(node.tries):
        words = said(call, node.prompts)
        number = await ask_digits(
            call.leg, words, call.language, longest=node.longest, within=node.within_seconds
        )
        if len(number) < node.shortest or not number.isdecimal():
            await call.say((node.wrong_prompt if number else node.no_key_prompt,))
        elif await _is_right(call, node, number):
            call.keep(node.variable, number, secret=node.secret)
            return "next"
    return "otherwise"


async def _is_right(call: ActiveCall, node: Ask, number: str) -> bool:
    """Silence is asked about once more; `#` out of habit is a yes."""
    if node.confirm is None:
        return True
    value = spoken(number, node.confirm, call.spoken_language, Measure.ITEM) or ()
    words = ("you-entered", *value, "confirm-number")
    key = ""
    for _ in range(2):
        key = key or await call.leg.ask(words, call.language, within=node.within_seconds)
    return key in (YES, "#")
