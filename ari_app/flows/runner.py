"""Runs a flow: saves the step, runs the node, follows the exit the node returns."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ari_app.domain.facts import EndReason, EventType, PlaceKind
from ari_app.domain.flow import Callback, Flow, Hangup, Language, Mailbox, Menu, Queue, Say
from ari_app.flows.active import ANOTHER_FLOW, ActiveCall
from ari_app.flows.callback import book_callback
from ari_app.flows.hangup import hang_up
from ari_app.flows.language import choose_language
from ari_app.flows.mailbox import leave_message
from ari_app.flows.menu import choose
from ari_app.flows.queue import resume as resume_queue
from ari_app.flows.queue import wait_and_talk
from ari_app.flows.say import say

NodeType = Callable[[ActiveCall, Any], Awaitable[str]]

NODE_TYPES: Mapping[type, NodeType] = {
    Say: say,
    Language: choose_language,
    Menu: choose,
    Queue: wait_and_talk,
    Mailbox: leave_message,
    Callback: book_callback,
    Hangup: hang_up,
}


@dataclass(frozen=True, slots=True)
class Resumption:
    """Where a restarted process finds a call: the saved step."""

    node: str
    kind: PlaceKind
    state: Mapping[str, Any]


async def run_flow(call: ActiveCall, flow: Flow, resumption: Resumption | None = None) -> None:
    """From the start, or from a saved step, until a node says that it is over, or where to go on:
    the call's `next_flow`.

    A node that knows how goes on where it was; any other starts over: a prompt is said again.

    Raises:
        CallerHungUp: the usual end.
        BadFlow: the flow has no such node or exit; `problems` would have found it.
    """
    call.flow, call.flow_version, call.next_flow = flow.name, flow.version, ""
    name: str | None = flow.start
    if resumption is not None and resumption.node in flow.node:
        name = await _resume_node(call, flow, resumption)
    while name is not None:
        name = await _run_node(call, flow, name)
    is_over = not call.next_flow
    if is_over and call.end_reason is EndReason.CALLER_HUNG_UP:  # not an agent who hung up
        call.end_reason = EndReason.FLOW_ENDED


async def _resume_node(call: ActiveCall, flow: Flow, resumption: Resumption) -> str | None:
    node = flow.node[resumption.node]
    if not isinstance(node, Queue):
        return await _run_node(call, flow, resumption.node)
    call.at, call.ways_out = resumption.node, flow.ways_out(resumption.node)
    exit = await resume_queue(call, node, resumption.kind, resumption.state)
    return _follow(call, flow, resumption.node, exit)


async def _run_node(call: ActiveCall, flow: Flow, name: str) -> str | None:
    node = flow.node[name]
    call.at, call.ways_out = name, flow.ways_out(name)
    call.placed(PlaceKind.FLOW)
    call.happened(EventType.ENTERED_NODE, node=name)
    exit = await NODE_TYPES[type(node)](call, node)
    return _follow(call, flow, name, exit)


def _follow(call: ActiveCall, flow: Flow, name: str, exit: str) -> str | None:
    call.happened(EventType.LEFT_NODE, node=name, exit=exit)
    is_over = isinstance(flow.node[name], Hangup) or exit == ANOTHER_FLOW
    return None if is_over else flow.follow(name, exit)
