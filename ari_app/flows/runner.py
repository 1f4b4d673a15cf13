"""Runs a flow: saves the step, runs the node, follows the exit the node returns."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ari_app.domain.facts import EndReason, EventType, PlaceKind
from ari_app.domain.flow import Flow, Hangup, Language, Mailbox, Menu, Queue, Say
from ari_app.flows.active import ActiveCall
from ari_app.flows.hangup import hang_up
from ari_app.flows.language import choose_language
from ari_app.flows.mailbox import leave_message
from ari_app.flows.menu import choose
from ari_app.flows.queue import wait_and_talk
from ari_app.flows.say import say

NodeType = Callable[[ActiveCall, Any], Awaitable[str]]

NODE_TYPES: Mapping[type, NodeType] = {
    Say: say,
    Language: choose_language,
    Menu: choose,
    Queue: wait_and_talk,
    Mailbox: leave_message,
    Hangup: hang_up,
}


async def run_flow(call: ActiveCall, flow: Flow, start: str | None = None) -> None:
    """From `start` (the flow's own unless given) until a node hangs up.

    Raises:
        CallerHungUp: the usual end.
        BadFlow: the flow has no such node or exit; `problems` would have found it.
    """
    call.flow, call.flow_version = flow.name, flow.version
    name: str | None = start or flow.start
    while name is not None:
        name = await _run_node(call, flow, name)
    call.end_reason = EndReason.FLOW_ENDED
    await call.leg.hang_up()


async def _run_node(call: ActiveCall, flow: Flow, name: str) -> str | None:
    node = flow.node[name]
    call.at = name
    call.placed(PlaceKind.FLOW)
    call.happened(EventType.ENTERED_NODE, node=name)
    exit = await NODE_TYPES[type(node)](call, node)
    call.happened(EventType.LEFT_NODE, node=name, exit=exit)
    return None if isinstance(node, Hangup) else flow.follow(name, exit)
