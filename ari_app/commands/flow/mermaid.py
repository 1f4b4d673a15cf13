"""A flow as a Mermaid flowchart: text that Git forges and many editors draw."""

from collections.abc import Iterator

from ari_app.commands.flow.graph import Box, Graph

SHAPES = {"menu": ("{{", "}}"), "queue": ("[/", "/]"), "hangup": ("([", "])")}


def mermaid(graph: Graph) -> str:
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    ids = {box.name: f"n{number}" for number, box in enumerate(graph.boxes)}
    yield "flowchart TD"
    yield f"    start(({_quoted(graph.title)}))"
    for box in graph.boxes:
        left, right = SHAPES.get(box.kind, ("[", "]"))
        yield f"    {ids[box.name]}{left}{_quoted(_label(box))}{right}"
    if graph.start in ids:
        yield f"    start --> {ids[graph.start]}"
    for arrow in graph.arrows:
        label = f"|{_quoted(arrow.label)}|" if arrow.label else ""
        yield f"    {ids[arrow.source]} -->{label} {ids[arrow.target]}"


def _label(box: Box) -> str:
    return f"{box.name} ({box.kind})" + (f": {box.detail}" if box.detail else "")


def _quoted(text: str) -> str:
    """Mermaid takes anything between quotes but quotes, and reads its own codes with #."""
    safe = " ".join(text.split()).replace("#", "#35;").replace('"', "#quot;")
    return '"' + safe.replace("<", "#lt;").replace(">", "#gt;") + '"'
