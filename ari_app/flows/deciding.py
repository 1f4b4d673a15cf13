"""The node types `set` and `branch`."""

from ari_app.domain.flow import Branch, Set
from ari_app.flows.active import ActiveCall


async def set_variables(call: ActiveCall, node: Set) -> str:
    call.keep_all(node.variables)
    return "next"


async def branch(call: ActiveCall, node: Branch) -> str:
    for case in node.cases:
        if case.is_met(call.look, call.prospect):
            return case.exit
    return "otherwise"
