"""Runs flows: saves the step, runs the node, follows the exit the node returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ari_app.domain.facts import EndReason, EventType, PlaceKind
from ari_app.domain.flow import Flow, Return
from ari_app.flows.active import ANOTHER_FLOW, ActiveCall, read_frames
from ari_app.flows.registry import NODE_TYPES


@dataclass(frozen=True, slots=True)
class Resumption:
    """Where a restarted process finds a call: the saved step."""

    node: str
    kind: PlaceKind
    state: Mapping[str, Any]


async def run_flows(call: ActiveCall, flow: Flow, resumption: Resumption | None = None) -> None:
    """A flow, those it calls, and those that take over from it, until one of them is over; all of
    the version that the call has.

    Raises:
        CallerHungUp: the usual end.
        BadFlow: a flow has no such node or exit; `problems` would have found it.
    """
    if resumption is not None:
        call.frames = read_frames(resumption.state)
    elif call.announcement:
        await _announce(call, flow)
    result = await run_flow(call, flow, resumption)
    while call.next_flow or call.frames:
        if call.next_flow:
            result = await run_flow(call, call.flows.get(call.next_flow))
        elif not result:
            break  # hung up inside a flow that another one called
        else:
            frame = call.frames.pop()
            flow = call.flows.get(frame.flow)
            result = await run_flow(call, flow, at=flow.follow(frame.node, result))
    if call.end_reason is EndReason.CALLER_HUNG_UP:  # not an agent who hung up
        call.end_reason = EndReason.FLOW_ENDED


async def _announce(call: ActiveCall, flow: Flow) -> None:
    """To the end, whatever is pressed. A process that dies now goes on with the flow."""
    call.flow, call.flow_version, call.at = flow.name, flow.version, flow.start
    call.placed(PlaceKind.FLOW)
    call.happened(EventType.ANNOUNCED, prompts=list(call.announcement))
    await call.say(call.announcement)


async def run_flow(
    call: ActiveCall, flow: Flow, resumption: Resumption | None = None, *, at: str = ""
) -> str:
    """From the start, from a node, or from a saved step, until a node has no exits or says where
    to go on: the call's `next_flow`. Returns the result for the flow that called it, or "".

    A node that knows how goes on where it was; any other starts over: a prompt is said again.
    """
    call.flow, call.flow_version, call.next_flow = flow.name, flow.version, ""
    name, exit = at or flow.start, ""
    if resumption is not None and resumption.node in flow.node:
        name = resumption.node
        exit = await _resume_node(call, flow, resumption)
    else:
        exit = await _run_node(call, flow, name)
    while flow.node[name].exits() and exit != ANOTHER_FLOW:
        name = flow.follow(name, exit)
        exit = await _run_node(call, flow, name)
    return exit if isinstance(flow.node[name], Return) else ""


async def _resume_node(call: ActiveCall, flow: Flow, resumption: Resumption) -> str:
    node = flow.node[resumption.node]
    resume = NODE_TYPES[type(node)].resume
    if resume is None:
        return await _run_node(call, flow, resumption.node)
    call.at, call.ways_out = resumption.node, flow.ways_out(resumption.node)
    exit = await resume(call, node, resumption.kind, resumption.state)
    call.happened(EventType.LEFT_NODE, node=resumption.node, exit=exit)
    return exit


async def _run_node(call: ActiveCall, flow: Flow, name: str) -> str:
    node = flow.node[name]
    call.at, call.ways_out = name, flow.ways_out(name)
    call.placed(PlaceKind.FLOW)
    call.happened(EventType.ENTERED_NODE, node=name)
    exit = await NODE_TYPES[type(node)].run(call, node)
    call.happened(EventType.LEFT_NODE, node=name, exit=exit)
    return exit
