"""What only the whole of the flows shows: circles nobody gets out of, and callers who reach nobody.

Asked of any type of node: its exits, which of them are taken at once, the keys it takes, the flows
it leads to, whether it reaches people.
"""

from collections.abc import Collection, Iterator, Mapping

from ari_app.domain.finding import Finding, error, warning
from ari_app.domain.flow.checking import place, reachable
from ari_app.domain.flow.model import Flow
from ari_app.domain.flow.node import BaseNode
from ari_app.domain.flow.passing import Return
from ari_app.domain.flow.waiting import Queue

AFTER_HOURS = frozenset({"hours"})
Graph = Mapping[str, Collection[str]]


def shape_findings(flows: Mapping[str, Flow]) -> Iterator[Finding]:
    """Args: flows: by file; those that can be run one by one."""
    by_name = {flow.name: flow for flow in flows.values()}
    nodes = [node for flow in flows.values() for node in _nodes(flow)]
    led_to = {name for node in nodes for name in node.flows_used()}
    read = {variable for node in nodes for variable in node.reads()}
    for file, flow in flows.items():
        yield from _never_read(file, flow, read)
        yield from _circles(file, flow)
        yield from _no_end(file, flow)
        if flow.name not in led_to and not _is_dialogue(flow):  # those are parts of others
            yield from _no_person(file, flow, by_name)
            yield from _no_after_hours(file, flow, by_name)


def _is_dialogue(flow: Flow) -> bool:
    """Made to be called: it returns to whoever does."""
    return any(isinstance(node, Return) for node in _nodes(flow))


def _never_read(file: str, flow: Flow, read: Collection[str]) -> Iterator[Finding]:
    """Answers, columns of look-ups above all, that no node of any flow says or decides by."""
    for name, node in flow.node.items():
        for variable in sorted(set(node.writes()) - set(read)):
            what = f"variable {variable!r} is set, and no flow uses it"
            yield warning(file, place(name), what, "say it, decide by it, or take it away")


# ---- circles ----


def _circles(file: str, flow: Flow) -> Iterator[Finding]:
    """Nodes that lead round without waiting for anybody; queues alone are checked elsewhere."""
    hasty = {name: node.exits_at_once() for name, node in flow.node.items()}
    for circle in circles(hasty):
        if all(isinstance(flow.node[name], Queue) for name in circle):
            continue
        first = min(circle)
        others = ", ".join(repr(name) for name in sorted(circle) if name != first)
        what = (
            f"leads round in a circle{f' through {others}' if others else ''}, and nobody is asked"
        )
        yield error(file, place(first), what, "lead one of its exits to a menu, or to an end")


def circles(graph: Graph) -> list[set[str]]:
    """Sets of nodes that all lead to each other, and nodes that lead to themselves."""
    ahead = _without_ends(graph)
    before = _turned(ahead)
    found: list[set[str]] = []
    seen: set[str] = set()
    for name in ahead:
        if name not in seen and (circle := _reached(ahead, name) & _reached(before, name)):
            found.append(circle)
            seen |= circle
    return found


def _without_ends(graph: Graph) -> dict[str, set[str]]:
    """What nobody leads to, or what leads nowhere, is in no circle; most of a flow is not."""
    left = {name: {one for one in targets if one in graph} for name, targets in graph.items()}
    for _ in range(2):  # ends first, then, turned, beginnings
        turned = _turned(left)
        ends = [name for name, targets in left.items() if not targets]
        while ends:
            end = ends.pop()
            del left[end]
            for name in turned[end]:
                left[name].discard(end)
                if not left[name]:
                    ends.append(name)
        left = _turned(left)
    return left


def _turned(graph: Graph) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = {name: set() for name in graph}
    for name, targets in graph.items():
        for target in targets:
            turned[target].add(name)
    return turned


def _reached(graph: Graph, start: str) -> set[str]:
    """In one step or more."""
    seen: set[str] = set()
    todo = list(graph[start])
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += graph[name]
    return seen


# ---- ends and people ----


def _no_end(file: str, flow: Flow) -> Iterator[Finding]:
    """Nodes from which nobody ever gets to an end, a line or a mailbox."""
    ahead = {name: set(node.exits().values()) for name, node in flow.node.items()}
    ends = {
        name
        for name, node in flow.node.items()
        if not node.exits() or node.queues_used() or node.mailboxes_used() or node.reaches_people()
    }
    stuck = reachable(flow) - _leading_to(ends, ahead)
    for name in sorted(stuck):
        what = "no way leads on from here to an end, a line or a mailbox"
        yield error(file, place(name), what, "lead one of its exits out")


def _no_person(file: str, flow: Flow, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    """Choices from which no key leads to a person or a mailbox; once for a flow that knows no
    person at all."""
    ahead = {name: set(node.exits().values()) for name, node in flow.node.items()}
    people = {
        name
        for name, node in flow.node.items()
        if node.reaches_people() or any(_has_person(led, flows) for led in node.flows_used())
    }
    cure = "lead a key or `otherwise` to a queue, an agent or a callback"
    if not people:
        yield warning(file, "", "callers of this flow can reach no person", cure)
        return
    messages = {name for name, node in flow.node.items() if node.mailboxes_used()}
    lost = reachable(flow) - _leading_to(people | messages, ahead)
    for name in sorted(lost):
        if flow.node[name].keys_used():
            what = "no way leads from here to a person or a mailbox"
            yield warning(file, place(name), what, cure)


def _has_person(name: str, flows: Mapping[str, Flow]) -> bool:
    return any(node.reaches_people() for flow in _all_from(name, flows) for node in _nodes(flow))


def _no_after_hours(file: str, flow: Flow, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    """Lines that callers get to at any hour, and nothing says what happens when they are closed."""
    nodes = [node for one in _all_from(flow.name, flows) for node in _nodes(one)]
    if any(_tag(node) in AFTER_HOURS for node in nodes):
        return
    for name, node in flow.node.items():
        if isinstance(node, Queue) and not node.closed:
            what = "nothing says what callers hear and where they go after hours"
            cure = "set `closed`, or ask a node of type `hours` before"
            yield warning(file, place(name), what, cure)


def _all_from(name: str, flows: Mapping[str, Flow]) -> list[Flow]:
    """The flow and those it leads to, whatever the way."""
    found: dict[str, Flow] = {}
    ahead = [name]
    while ahead:
        one = ahead.pop()
        if one in flows and one not in found:
            found[one] = flows[one]
            ahead += (led for node in _nodes(flows[one]) for led in node.flows_used())
    return list(found.values())


def _leading_to(goals: Collection[str], ahead: Graph) -> set[str]:
    before: dict[str, list[str]] = {}
    for name, targets in ahead.items():
        for target in targets:
            before.setdefault(target, []).append(name)
    found, todo = set(goals), list(goals)
    while todo:
        for name in before.get(todo.pop(), ()):
            if name not in found:
                found.add(name)
                todo.append(name)
    return found


def _nodes(flow: Flow) -> Collection[BaseNode]:
    return flow.node.values()


def _tag(node: BaseNode) -> str:
    return str(node.__struct_config__.tag)
