"""The node type `transfer`: to an extension, to a number outside, or to another flow for good."""

from collections.abc import Mapping
from typing import Any

from ari_app.domain.attempt import Purpose
from ari_app.domain.facts import PlaceKind
from ari_app.domain.flow import Agent, Transfer
from ari_app.flows import agent
from ari_app.flows.active import ActiveCall
from ari_app.flows.outside import OutsideEnd, connect_outside, resume_outside
from ari_app.flows.passing import go_on

OUTSIDE: Mapping[OutsideEnd, str] = {
    OutsideEnd.TALKED: "talked",
    OutsideEnd.BUSY: "busy",
    OutsideEnd.NOT_REACHED: "failed",
}


async def pass_caller_on(call: ActiveCall, node: Transfer) -> str:
    if node.flow:
        return await go_on(call, node.go_on)
    if node.number:
        await call.say(node.prompts)
        return OUTSIDE[await connect_outside(call, node.number, Purpose.TRANSFER)]
    return _exit(await agent.ask_for_agent(call, _to_extension(node)))


async def resume(
    call: ActiveCall, node: Transfer, kind: PlaceKind, state: Mapping[str, Any]
) -> str:
    """Goes on after a restart: with the conversation, else from the start; what rang outside then
    counts as not reached, and nothing is dialled again."""
    if kind is PlaceKind.OUTSIDE:
        return OUTSIDE[await resume_outside(call, state)]
    if node.flow or node.number:
        return await pass_caller_on(call, node)
    return _exit(await agent.resume(call, _to_extension(node), kind, state))


def _to_extension(node: Transfer) -> Agent:
    return Agent(
        agent=node.extension,
        prompts=node.prompts,
        patience_seconds=0,
        talked="",
        busy="",
        no_answer="",
        away="",
    )


def _exit(exit: str) -> str:
    return exit if exit == "talked" else "failed"
