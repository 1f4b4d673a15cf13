"""The node type `listen`: says what can be said, and does what is understood or pressed."""

import asyncio
import logging

from ari_app.domain.errors import Unavailable
from ari_app.domain.flow import Listen
from ari_app.domain.flow.listening import FAILED, NOTHING, UNSURE
from ari_app.domain.listening import SpeechEvent, Understood
from ari_app.flows.active import ActiveCall
from ari_app.flows.beside import beside
from ari_app.ports import Hearing, Listener

log = logging.getLogger(__name__)

UTTERANCE_SECONDS = 15.0  # from its beginning to its judgement


async def listen(call: ActiveCall, node: Listen) -> str:
    """Where this language is not understood, keys alone: the prompts say them as well."""
    phrases, speech = node.phrases(call.language), call.speech
    if speech is None or not phrases or call.language not in speech.languages:
        return await _tried(call, node, None)
    try:
        name = f"{call.facts.id}-h{call.step}"
        async with (
            call.room.hear(call.leg, name) as hearing,
            speech.listen(call.language, tuple(phrases)) as listener,
            beside(_feed(hearing, listener), f"voice of {call.facts.id}"),
        ):
            return await _tried(call, node, listener)
    except Unavailable as error:
        log.warning("nobody is understood: %s", error, extra={"call_id": str(call.facts.id)})
        return FAILED


async def _feed(hearing: Hearing, listener: Listener) -> None:
    while True:
        listener.feed(await hearing.next())


async def _tried(call: ActiveCall, node: Listen, listener: Listener | None) -> str:
    answered = False
    for _ in range(node.tries):
        answer = await _answer(call, node, listener)
        if isinstance(answer, str):
            choice = _pressed(call, node, answer)
        else:
            choice = _understood(call, node, answer)
        if choice is not None:
            return choice
        is_nothing = answer == ""
        answered = answered or not is_nothing
        await call.say((node.nothing_prompt if is_nothing else node.unsure_prompt,))
    return UNSURE if answered else NOTHING


def _pressed(call: ActiveCall, node: Listen, key: str) -> str | None:
    if key:
        call.pressed(key)
    return node.by_key(key)


def _understood(call: ActiveCall, node: Listen, found: Understood) -> str | None:
    choice = node.phrases(call.language).get(found.phrase)
    told = {"call_id": str(call.facts.id), "choice": choice, "confidence": found.confidence}
    log.info("speech judged", extra=told)
    return choice if found.confidence >= node.confidence else None


async def _answer(call: ActiveCall, node: Listen, listener: Listener | None) -> str | Understood:
    """A key, "" for silence, or what was said."""
    leg, language = call.leg, call.language
    if listener is None:
        return await leg.ask(node.prompts, language, within=node.within_seconds)
    asking = leg.ask(node.prompts, language, within=node.within_seconds)
    async with (
        beside(listener.next(), "speech") as speaking,
        beside(asking, "key or silence") as pressing,
    ):
        await asyncio.wait((speaking, pressing), return_when=asyncio.FIRST_COMPLETED)
        if pressing.done():
            return pressing.result()
        heard = speaking.result()
    # Leaving the block has ended the prompts: who speaks is listened to.
    async with (
        beside(_final(listener, heard), "speech") as judging,
        beside(leg.ask((), language, within=UTTERANCE_SECONDS), "key") as pressing,
    ):
        await asyncio.wait((judging, pressing), return_when=asyncio.FIRST_COMPLETED)
        return judging.result() if judging.done() else pressing.result()


async def _final(listener: Listener, heard: Understood) -> Understood:
    while heard.event is not SpeechEvent.FINAL:
        heard = await listener.next()
    return heard
