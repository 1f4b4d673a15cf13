"""The node type `agent`: one agent, by number, past the queues."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from typing import Any

from ari_app.domain.errors import NotAnswered, NotFound, NotReady, Unavailable
from ari_app.domain.facts import PlaceKind
from ari_app.domain.flow import Agent
from ari_app.domain.speech import Words
from ari_app.domain.transfer import Refusal, SentOut, Transfer, agent_number
from ari_app.flows.active import ActiveCall
from ari_app.flows.beside import beside
from ari_app.flows.put_through import (
    INTERRUPTED,
    found_again,
    put_through,
    sent_out_again,
    told,
)
from ari_app.flows.talk import TalkEnd, TalkResult, found_each_other, talk
from ari_app.flows.transfer import HandedOver
from ari_app.ports import Direct, Reached

EXITS: Mapping[str, str] = {
    Refusal.BUSY: "busy",
    Refusal.NOT_AT_WORK: "away",
    Refusal.PHONE_LOST: "away",
    Refusal.UNKNOWN: "unknown",
}


async def ask_for_agent(call: ActiveCall, node: Agent) -> str:
    """The lines that follow would rather have this agent too, unless all patience was spent here.
    Who was rung in vain is left alone there in any case."""
    passed = _wanted(call, node)
    refusal = call.line.why_not(passed) if passed else Refusal.UNKNOWN
    if passed is None or refusal is Refusal.UNKNOWN:
        return "unknown"
    call.facts.named_agent = passed.to
    if refusal is not None and not (refusal is Refusal.BUSY and node.patience_seconds):
        return EXITS[refusal]
    exit = await _visit(call, node, passed, node.busy_prompts if refusal else node.prompts)
    if exit == "busy":
        call.facts.named_agent = None
    return exit


async def resume(call: ActiveCall, node: Agent, kind: PlaceKind, state: Mapping[str, Any]) -> str:
    """Goes on after a restart: with the conversation, else with the question for the agent."""
    if kind is PlaceKind.OUTSIDE:  # the agent sent the caller there
        return "talked" if await sent_out_again(call, state) else "lost"
    passed = await found_again(call, kind, state)
    return await _over(call, passed) if passed else await ask_for_agent(call, node)


def _wanted(call: ActiveCall, node: Agent) -> Transfer | None:
    number = agent_number(call.filled(node.agent))
    return None if number is None else Transfer(None, number, "")


async def _visit(call: ActiveCall, node: Agent, passed: Transfer, words: Words) -> str:
    try:
        way = call.line.direct(call.facts, call.leg, call.room, passed)
        async with AsyncExitStack() as after, way as place:
            end = await _first_end(call, node, place, words)
            if isinstance(end, str):
                return end
            found_each_other(call, "", end)
            over = await talk(call, end, after)
            if over is TalkEnd.AGENT_LOST:
                place.agent_lost()
    except NotReady as refused:
        return EXITS[refused.why]
    except (NotAnswered, Unavailable):
        return "no_answer"
    except NotFound:  # dismissed a moment ago
        return "unknown"
    return await _over(call, over)


async def _first_end(call: ActiveCall, node: Agent, place: Direct, words: Words) -> Reached | str:
    """An agent who answers in the instant in which a key is pressed wins."""
    number = call.facts.id
    async with (
        beside(_keep_company(call, words), f"music for {number}"),
        beside(place.agent(patience=node.patience_seconds), f"agent for {number}") as agent,
        beside(_way_out(call, node), f"keys of {number}") as key,
    ):
        await asyncio.wait((agent, key), return_when=asyncio.FIRST_COMPLETED)
        is_agent = agent.done()
    await call.leg.hush()
    await call.leg.stop_music()
    return agent.result() if is_agent else key.result()


async def _keep_company(call: ActiveCall, words: Words) -> None:
    """While Asterisk cannot be reached nothing is said."""
    with suppress(Unavailable):
        await call.say(words)
        await call.leg.start_music()


async def _way_out(call: ActiveCall, node: Agent) -> str:
    while True:
        key = await call.leg.next_key()
        call.pressed(key)
        if key in node.keys:
            return key


async def _over(call: ActiveCall, end: TalkResult) -> str:
    """The exit after a talk, and after those with whoever the caller was passed on to."""
    if isinstance(end, Transfer | HandedOver | SentOut):
        return "talked" if await put_through(call, end) else "lost"
    end = await told(call, INTERRUPTED, end)
    return "talked" if end is TalkEnd.AGENT_HUNG_UP else "lost"
