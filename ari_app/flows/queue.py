"""The node type `queue`: wait for an agent, then talk."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from ari_app.domain.acd.overflow import Destination, DestinationKind, SentOn
from ari_app.domain.acd.past import KeptBy
from ari_app.domain.attempt import Purpose
from ari_app.domain.call import LeftPlace
from ari_app.domain.facts import EventType, Outcome, PlaceKind
from ari_app.domain.flow import Mailbox, Queue, WayKind
from ari_app.domain.speech import Words
from ari_app.domain.transfer import SentOut, Transfer
from ari_app.flows.active import ANOTHER_FLOW, ActiveCall
from ari_app.flows.mailbox import leave_message
from ari_app.flows.outside import OutsideEnd, connect_outside, resume_outside
from ari_app.flows.put_through import found_again, put_through, sent_out_again
from ari_app.flows.talk import TalkEnd, found_each_other, talk
from ari_app.flows.transfer import HandedOver, Passed
from ari_app.flows.waiting import Waiting
from ari_app.ports import Place, Reached

Saved = Mapping[str, str]
PLACE_KEPT: Words = ("welcome-back-keep-place",)
WELCOME_BACK: Mapping[KeptBy, Words] = {
    KeptBy.CUT_OFF: PLACE_KEPT,
    KeptBy.CALLED_AGAIN: PLACE_KEPT,
    KeptBy.CALLBACK: PLACE_KEPT,
    KeptBy.TALK_CUT_OFF: ("call-interrupted-requeue",),
}


@dataclass(frozen=True, slots=True)
class _Stay:
    """A stay in a line, about to begin or to go on. `saved` finds a place of before again;
    `is_new`: the caller was not waiting until now. `says` comes before all else that is said."""

    queue: str
    saved: Saved | None
    is_new: bool = True
    says: Words = ()


@dataclass(frozen=True, slots=True)
class _ToNumber:
    """A number outside, and the exit of the node for who does not reach it."""

    number: str
    otherwise: str


_End = str | _Stay | Destination | _ToNumber | Passed


async def wait_and_talk(call: ActiveCall, node: Queue) -> str:
    """Who was in this line a moment ago, and left it by a key, has the old place; so has who lost
    it with an earlier call."""
    kept = call.line.limits(node.queue).keep_place
    since = call.facts.place_in(node.queue, call.clock.now(), kept)
    if since is not None:
        stay = _Stay(node.queue, {"since": since.isoformat()})
    elif lost := call.line.kept_place(call.facts, node.queue):
        stay = _Stay(node.queue, lost.saved_as(), says=WELCOME_BACK[lost.by])
    else:
        stay = _Stay(node.queue, None)
    return await _until_out(call, node, stay)


async def resume(call: ActiveCall, node: Queue, kind: PlaceKind, state: Mapping[str, Any]) -> str:
    """Goes on after a restart: the conversation with its agent, else the same place in line."""
    if kind is PlaceKind.MAILBOX:  # the queue had sent the caller there
        return await _take_message(call, state["mailbox"])
    if kind is PlaceKind.OUTSIDE and "by" in state:  # an agent sent the caller there
        there = await sent_out_again(call, state)
        queue = state["queue"] or node.queue
        return "talked" if there else await _until_out(call, node, _head_of_line(call, queue))
    if kind is PlaceKind.OUTSIDE:  # the queue did
        return _after_number(await resume_outside(call, state), state["otherwise"])
    if passed := await found_again(call, kind, state):
        return await _on_the_way(call, node, passed)
    if "visit" not in state:
        return await wait_and_talk(call, node)
    stay = _Stay(state.get("queue", node.queue), state, is_new=False)
    return await _until_out(call, node, stay)


async def _until_out(call: ActiveCall, node: Queue, stay: _Stay) -> str:
    """An agent whose phone was gone, before or while they talked, costs the caller another wait:
    at the head of the line, for the time in the house counts."""
    while True:
        end = await _visit(call, node, stay)
        if isinstance(end, _Stay):
            stay = end
        elif isinstance(end, Destination):
            return await _go(call, end)
        elif isinstance(end, _ToNumber):
            otherwise, purpose = end.otherwise, Purpose.OVERFLOW
            over = await connect_outside(call, end.number, purpose, otherwise=otherwise)
            return _after_number(over, otherwise)
        elif isinstance(end, Transfer | HandedOver | SentOut):
            return await _on_the_way(call, node, end)
        else:
            return end


async def _on_the_way(call: ActiveCall, node: Queue, passed: Passed) -> str:
    """From agent to agent, until the talk is over, or back at the head of the line."""
    if await put_through(call, passed):
        return "talked"
    return await _until_out(call, node, _head_of_line(call, passed.queue or node.queue))


async def _visit(call: ActiveCall, node: Queue, stay: _Stay) -> _End:
    """One stay in the line: its exit, the next stay, or where queue or agent send the caller."""
    if stay.is_new and not call.line.is_open(stay.queue):  # no stay at all: nobody may be rung
        await call.say(node.closed_prompts)
        return "closed"
    call.reached(Outcome.ABANDONED)
    in_line = call.line.place(call.facts, call.leg, call.room, stay.queue, stay.saved)
    async with AsyncExitStack() as after, in_line as place:
        place.when_reached(partial(found_each_other, call, stay.queue))
        call.placed(PlaceKind.QUEUE, queue=stay.queue, **place.saved())
        if stay.is_new:
            call.happened(EventType.QUEUED, queue=stay.queue, position=place.position)
            if not place.anybody:
                place.leaving("nobody")
                return "nobody"
        limits = call.line.limits(stay.queue)
        waiting = Waiting(call, node, place, limits, resumed=not stay.is_new, says=stay.says)
        end = await waiting.until_over()
        if isinstance(end, SentOn):
            place.leaving(end.how, end)
            next_stay = _sent_on(end, place)
        elif not isinstance(end, Reached):
            place.leaving(_leave(call, stay.queue, place, end))
            return end
        else:
            over = await _talk(call, place, end, after, stay.queue)
            if over is not None:
                return over
            next_stay = _head_of_line(call, stay.queue)
    if isinstance(end, SentOn):
        await _say_so(call, node, place, stay.queue)
    else:
        await call.say(("call-interrupted-requeue",))
    return next_stay


async def _say_so(call: ActiveCall, node: Queue, place: Place, queue: str) -> None:
    """A process that dies now leads the caller back to the start of the node: to the old place."""
    call.facts.leave_place(queue, LeftPlace(_since(place), call.clock.now()))
    call.placed(PlaceKind.FLOW)
    await call.say(node.sent_on_prompts)


def _sent_on(sent_on: SentOn, place: Place) -> "_Stay | Destination | _ToNumber":
    """In another queue the time waited counts. A number that nobody answers is as if the queue
    itself had not: the flow says what comes then."""
    to = sent_on.to
    if to.kind is DestinationKind.NUMBER:
        return _ToNumber(to.name, "timeout" if sent_on.by else "closed")
    if to.kind is not DestinationKind.QUEUE:
        return to
    return _Stay(to.name, {"since": place.saved()["since"]})


def _after_number(end: OutsideEnd, otherwise: str) -> str:
    return "talked" if end is OutsideEnd.TALKED else otherwise


async def _go(call: ActiveCall, to: Destination) -> str:
    if to.kind is DestinationKind.FLOW:
        call.next_flow = to.name
        return ANOTHER_FLOW
    return await _take_message(call, to.name)


async def _take_message(call: ActiveCall, mailbox: str) -> str:
    await leave_message(call, Mailbox(mailbox=mailbox, next=""))
    return "served"


def _leave(call: ActiveCall, queue: str, place: Place, end: str) -> str:
    """How the line is left. Who takes a way out keeps the place for a while, in another queue the
    way leads to as well."""
    way = call.ways_out.get(end)
    if way is None:
        return end
    left = LeftPlace(_since(place), call.clock.now())
    call.facts.leave_place(queue, left)
    if way.kind is WayKind.OTHER_QUEUE:
        call.facts.leave_place(way.queue, left)
    return way.kind.value


def _since(place: Place) -> datetime:
    return datetime.fromisoformat(place.saved()["since"])


async def _talk(
    call: ActiveCall, place: Place, reached: Reached, after: AsyncExitStack, queue: str
) -> str | Passed | None:
    """How it ended; None when the caller waits again."""
    end = await talk(call, reached, after, queue)
    if end is TalkEnd.AGENT_LOST:
        place.agent_lost()
    if end is TalkEnd.AGENT_HUNG_UP:
        return "talked"
    return None if isinstance(end, TalkEnd) else end


def _head_of_line(call: ActiveCall, queue: str) -> _Stay:
    return _Stay(queue, {"since": call.facts.arrived_at.isoformat()}, is_new=False)
