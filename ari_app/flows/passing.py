"""The node types `call`, `return` and `go-on`: from one flow to another."""

from ari_app.domain.flow import DEEPEST, Call, GoOn, Hangup, Return
from ari_app.flows.active import ANOTHER_FLOW, ActiveCall, Frame
from ari_app.flows.hangup import hang_up


async def call_flow(call: ActiveCall, node: Call) -> str:
    """The runner goes on in the other flow, and comes back to this node's exits."""
    if len(call.frames) >= DEEPEST:
        return "failed"
    call.keep_all(node.arguments)
    call.frames.append(Frame(call.flow, call.flow_version, call.at))
    call.next_flow = node.flow
    return ANOTHER_FLOW


async def come_back(call: ActiveCall, node: Return) -> str:
    if not call.frames:
        await hang_up(call, Hangup(prompts=node.prompts))
    return node.result


async def go_on(call: ActiveCall, node: GoOn) -> str:
    call.keep_all(node.arguments)
    call.next_flow = node.flow
    return ANOTHER_FLOW
