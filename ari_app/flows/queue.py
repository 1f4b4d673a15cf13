"""The node type `queue`: wait for an agent, then talk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ari_app.domain.call import LeftPlace
from ari_app.domain.facts import EventType, Outcome, PlaceKind
from ari_app.domain.flow import Queue, WayKind
from ari_app.flows.active import ActiveCall
from ari_app.flows.talk import TalkEnd, go_on_talking, talk
from ari_app.flows.waiting import Waiting
from ari_app.ports import Place, Reached

Saved = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Stay:
    """A stay in a line, about to begin or to go on. `saved` finds a place of before again;
    `is_new`: the caller was not waiting until now."""

    queue: str
    saved: Saved | None
    is_new: bool = True


async def wait_and_talk(call: ActiveCall, node: Queue) -> str:
    """Who was in this line a moment ago, and left it by a key, has the old place."""
    kept = call.line.limits(node.queue).keep_place
    since = call.facts.place_in(node.queue, call.clock.now(), kept)
    saved = {"since": since.isoformat()} if since else None
    return await _until_out(call, node, _Stay(node.queue, saved))


async def resume(call: ActiveCall, node: Queue, kind: PlaceKind, state: Mapping[str, Any]) -> str:
    """Goes on after a restart: the conversation with its agent, else the same place in line."""
    if kind is not PlaceKind.TALK:
        if "visit" not in state:
            return await wait_and_talk(call, node)
        return await _until_out(call, node, _Stay(node.queue, state, is_new=False))
    leg = call.room.leg(state["leg"])
    await leg.look_again()
    async with call.line.talking(call.facts, int(state["agent"]), leg) as place:
        if leg.is_gone:
            end = TalkEnd.AGENT_LOST
        else:
            end = await go_on_talking(call, Reached(int(state["agent"]), leg))
        if end is TalkEnd.AGENT_HUNG_UP:
            return "talked"
        place.agent_lost()
    await call.say(("call-interrupted-requeue",))
    return await _until_out(call, node, _head_of_line(call, node.queue))


async def _until_out(call: ActiveCall, node: Queue, stay: _Stay) -> str:
    """An agent whose phone was gone, before or while they talked, costs the caller another wait:
    at the head of the line, for the time in the house counts."""
    while True:
        exit = await _visit(call, node, stay)
        if exit is not None:
            return exit
        stay = _head_of_line(call, stay.queue)


async def _visit(call: ActiveCall, node: Queue, stay: _Stay) -> str | None:
    """One stay in the line: its exit, or None when the agent was lost."""
    call.reached(Outcome.ABANDONED)
    async with call.line.place(call.facts, call.leg, call.room, stay.queue, stay.saved) as place:
        call.placed(PlaceKind.QUEUE, queue=stay.queue, **place.saved())
        if stay.is_new:
            call.happened(EventType.QUEUED, queue=stay.queue, position=place.position)
            if not place.anybody:
                place.leaving("nobody")
                return "nobody"
        end = await Waiting(call, node, place, resumed=not stay.is_new).until_over()
        if not isinstance(end, Reached):
            place.leaving(_leave(call, stay.queue, place, end))
            return end
        if await _talk(call, place, end):
            return "talked"
    await call.say(("call-interrupted-requeue",))
    return None


def _leave(call: ActiveCall, queue: str, place: Place, end: str) -> str:
    """How the line is left. Who takes a way out keeps the place for a while, in another queue the
    way leads to as well."""
    way = call.ways_out.get(end)
    if way is None:
        return end
    left = LeftPlace(datetime.fromisoformat(place.saved()["since"]), call.clock.now())
    call.facts.leave_place(queue, left)
    if way.kind is WayKind.OTHER_QUEUE:
        call.facts.leave_place(way.queue, left)
    return way.kind.value


async def _talk(call: ActiveCall, place: Place, reached: Reached) -> bool:
    """Did they talk to the end?"""
    end = await talk(call, reached)
    if end is TalkEnd.AGENT_LOST:
        place.agent_lost()
    return end is TalkEnd.AGENT_HUNG_UP


def _head_of_line(call: ActiveCall, queue: str) -> _Stay:
    return _Stay(queue, {"since": call.facts.arrived_at.isoformat()}, is_new=False)
