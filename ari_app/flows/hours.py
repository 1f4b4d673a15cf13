"""The node type `hours`: open, or why not and until when."""

from ari_app.domain.flow import Hours
from ari_app.domain.speech import Language, Words, opens_again
from ari_app.flows.active import ActiveCall


async def look_at_hours(call: ActiveCall, node: Hours) -> str:
    standing = call.hours.standing(node.schedule)
    why = standing.why
    if why == "open":
        return why
    words: Words = node.prompts_of(why)
    if node.says_when and standing.opens_at is not None:
        language: Language = call.language  # type: ignore[assignment]
        now = call.clock.now().astimezone(standing.opens_at.tzinfo)
        words = (*words, "we-open-again", *opens_again(standing.opens_at, now, language))
    await call.leg.play(words, call.language, until_key=True)
    return why
