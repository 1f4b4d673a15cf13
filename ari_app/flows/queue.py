"""The node type `queue`: wait for an agent, then talk."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from ari_app.domain.facts import EventType, Outcome, PlaceKind
from ari_app.domain.flow import Queue
from ari_app.flows.active import ActiveCall
from ari_app.flows.talk import TalkEnd, go_on_talking, talk
from ari_app.flows.waiting import Waiting
from ari_app.ports import Place, Reached

Saved = Mapping[str, str]


async def wait_and_talk(call: ActiveCall, node: Queue, saved: Saved | None = None) -> str:
    """An agent whose phone was gone, before or while they talked, costs the caller another wait:
    at the head of the line, for the time in the house counts."""
    while True:
        exit, saved = await _visit(call, node, saved)
        if exit is not None:
            return exit


async def resume(call: ActiveCall, node: Queue, kind: PlaceKind, state: Mapping[str, Any]) -> str:
    """Goes on after a restart: the conversation with its agent, else the same place in line."""
    if kind is not PlaceKind.TALK:
        return await wait_and_talk(call, node, state if "visit" in state else None)
    leg = call.room.leg(state["leg"])
    await leg.look_again()
    talking = call.line.talking(call.facts, int(state["agent"]), leg)
    async with AsyncExitStack() as after, talking as place:
        if leg.is_gone:
            end = TalkEnd.AGENT_LOST
        else:
            end = await go_on_talking(call, Reached(int(state["agent"]), leg), after)
        if end is TalkEnd.AGENT_HUNG_UP:
            return "talked"
        place.agent_lost()
    await call.say(("call-interrupted-requeue",))
    return await wait_and_talk(call, node, _head_of_line(call))


async def _visit(
    call: ActiveCall, node: Queue, saved: Saved | None
) -> tuple[str | None, Saved | None]:
    """One stay in the line: its exit, or the place for the next stay."""
    call.reached(Outcome.ABANDONED)
    place_in_line = call.line.place(call.facts, call.leg, call.room, node.queue, saved)
    async with AsyncExitStack() as after, place_in_line as place:
        call.placed(PlaceKind.QUEUE, queue=node.queue, **place.saved())
        if saved is None:
            call.happened(EventType.QUEUED, queue=node.queue, position=place.position)
        if not place.anybody and saved is None:
            place.leaving("nobody")
            return "nobody", None
        end = await Waiting(call, node, place, resumed=saved is not None).until_over()
        if not isinstance(end, Reached):
            place.leaving("timeout" if end == "timeout" else "key")
            return end, None
        if await _talk(call, place, end, after):
            return "talked", None
    await call.say(("call-interrupted-requeue",))
    return None, _head_of_line(call)


async def _talk(call: ActiveCall, place: Place, reached: Reached, after: AsyncExitStack) -> bool:
    """Did they talk to the end?"""
    end = await talk(call, reached, after)
    if end is TalkEnd.AGENT_LOST:
        place.agent_lost()
    return end is TalkEnd.AGENT_HUNG_UP


def _head_of_line(call: ActiveCall) -> Saved:
    return {"since": call.facts.arrived_at.isoformat()}
