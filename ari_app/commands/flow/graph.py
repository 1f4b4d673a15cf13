"""A flow as boxes and arrows, whatever types of nodes it has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ari_app.domain.flow import Flow

# What tells one node of a type from another; the first that a node has is shown.
TELLING = (
    "queue",
    "mailbox",
    "flow",
    "survey",
    "extension",
    "agent",
    "number",
    "look_up",
    "result",
)
PROMPTS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Box:
    """`ends`: no exit leads on from here."""

    name: str
    kind: str
    detail: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """`exits` that lead the same way are one arrow."""

    source: str
    target: str
    exits: tuple[str, ...]

    @property
    def label(self) -> str:
        return ", ".join(one for one in self.exits if one != "next")


@dataclass(frozen=True, slots=True)
class Graph:
    title: str
    start: str
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]


def graph_of(flow: "Flow", language: str) -> Graph:
    boxes = [_box(name, node) for name, node in flow.node.items()]
    arrows = [
        Arrow(name, target, exits)
        for name, node in flow.node.items()
        for target, exits in _by_target(node.exits()).items()
        if target in flow.node
    ]
    return Graph(flow.title.get(language) or flow.name, flow.start, boxes, arrows)


def _box(name: str, node: Any) -> Box:
    telling = (getattr(node, one, "") for one in TELLING)
    detail = next((str(value) for value in telling if value), "")
    if not detail:
        said = getattr(node, "prompts", ())
        prompts = [one if isinstance(one, str) else one.value for one in said]
        more = " ..." if len(prompts) > PROMPTS_SHOWN else ""
        detail = ", ".join(prompts[:PROMPTS_SHOWN]) + more
    return Box(name, str(node.__struct_config__.tag), detail, not node.exits())


def _by_target(exits: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for exit, target in exits.items():
        found[target] = (*found.get(target, ()), exit)
    return found
