"""What would go wrong with callers in a flow, found before any of them meets it."""

from collections.abc import Iterator

from ari_app.domain.finding import Finding, error
from ari_app.domain.flow.model import Flow
from ari_app.domain.flow.node import Names, every_fault
from ari_app.domain.flow.waiting import Queue
from ari_app.domain.variables import OF_THE_CALL


def problems(flow: Flow, names: Names) -> list[Finding]:
    """Everything that would go wrong; empty when the flow can be run. `file` is its name."""
    found = []
    if flow.start not in flow.node:
        found.append(
            error(flow.name, "", f"start {flow.start!r} is no node", "name one of its nodes")
        )
    for name, node in flow.node.items():
        found += _bad_exits(flow, name)
        found += [error(flow.name, place(name), *fault) for fault in every_fault(node, names)]
    found += _circles(flow)
    found += _never_set(flow, names)
    found += [
        error(flow.name, place(name), "no way leads here", "lead an exit here, or remove the node")
        for name in sorted(set(flow.node) - reachable(flow))
    ]
    return found


def place(node: str) -> str:
    """How a node is named in a finding."""
    return f"node {node!r}"


def _bad_exits(flow: Flow, name: str) -> Iterator[Finding]:
    for exit, target in flow.node[name].exits().items():
        if target not in flow.node:
            what = f"exit {exit!r} leads to {target!r}, which is no node"
            yield error(flow.name, place(name), what, "name a node of this flow, or add it")


def _circles(flow: Flow) -> Iterator[Finding]:
    for name in flow.node:
        if _leads_round(flow, name):
            what = "`nobody` leads round in a circle, and nothing is said there"
            yield error(flow.name, place(name), what, "lead `nobody` to a mailbox or a person")


def _leads_round(flow: Flow, start: str) -> bool:
    """Queues without agents that lead to each other: a loop that never waits for anything."""
    name, seen = start, set[str]()
    while name not in seen and isinstance(node := flow.node.get(name), Queue):
        seen.add(name)
        name = node.nobody
    return name == start and name in seen


def _never_set(flow: Flow, names: Names) -> Iterator[Finding]:
    """Variables are read only where this flow, one it calls, or who leads here has set them."""
    known = {*flow.face.writes, *flow.arguments, *OF_THE_CALL}
    for node in flow.node.values():
        for called in node.flows_used():
            if called in names.flows:
                known |= set(names.flows[called].writes)
    for name, node in flow.node.items():
        for read in sorted(set(node.reads()) - known):
            what = f"variable {read!r} is read, and nothing sets it"
            cure = "correct the name, set it before, or add it to `arguments` of the flow"
            yield error(flow.name, place(name), what, cure)


def reachable(flow: Flow) -> set[str]:
    seen: set[str] = set()
    ahead = [flow.start]
    while ahead:
        name = ahead.pop()
        if name in flow.node and name not in seen:
            seen.add(name)
            ahead += flow.node[name].exits().values()
    return seen
