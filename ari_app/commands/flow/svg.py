"""A flow as SVG: by graphviz where the machine has it, else in layers of our own.

layer    how few steps lead there from the start
order    near whoever leads there
arrow    down in a curve; back up, or to the side, dashed around the right
"""

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from statistics import fmean

from ari_app.commands.flow.graph import Arrow, Box, Graph

DOT = "dot"
DOT_SECONDS = 20.0
WIDTH, HEIGHT, GAP, ROW = 190, 50, 40, 120
MARGIN, LEADING, LETTERS = 40, 16, 27
FILLS = {"menu": "#fff4d6", "queue": "#dcecff", "mailbox": "#e6f5e1", "hangup": "#eeeeee"}
STYLE = (
    "text{font:12px sans-serif;text-anchor:middle}.kind{fill:#666}"
    ".exit{font-size:11px;fill:#335;paint-order:stroke;stroke:#fff;stroke-width:4px}"
    "path{fill:none;stroke:#556}.back{stroke-dasharray:5 4;stroke:#999}rect{stroke:#556}"
)
ARROW = (
    '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
    ' orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#556;stroke:none"/></marker>'
)


def svg(graph: Graph) -> tuple[str, str]:
    """The picture, and who drew it."""
    program = shutil.which(DOT)
    drawn = _by_dot(program, graph) if program else None
    return (drawn, "graphviz") if drawn is not None else (layered(graph), "hotline")


# ---- by graphviz ----


def _by_dot(program: str, graph: Graph) -> str | None:
    try:
        done = subprocess.run(
            [program, "-Tsvg"],
            input=dot(graph),
            capture_output=True,
            text=True,
            timeout=DOT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout


def dot(graph: Graph) -> str:
    """In graphviz' own language."""
    ids = {box.name: f"n{number}" for number, box in enumerate(graph.boxes)}
    lines = [
        "digraph {",
        "node [shape=box style=filled fontname=sans]",
        f"label={_quoted(graph.title)} labelloc=t fontname=sans",
    ]
    for box in graph.boxes:
        fill = FILLS.get(box.kind, "#ffffff")
        lines.append(f'{ids[box.name]} [label={_quoted(*_lines_of(box))} fillcolor="{fill}"]')
    lines += [
        f"{ids[arrow.source]} -> {ids[arrow.target]} [label={_quoted(arrow.label)}]"
        for arrow in graph.arrows
    ]
    return "\n".join([*lines, "}", ""])


def _quoted(*lines: str) -> str:
    safe = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(safe) + '"'


# ---- by ourselves ----


@dataclass(frozen=True, slots=True)
class Spot:
    """The middle of a box."""

    x: float
    y: float


def layered(graph: Graph) -> str:
    layers = layers_of(graph)
    spots = _spots(layers)
    right = max((spot.x for spot in spots.values()), default=0) + WIDTH / 2
    back = [arrow for arrow in graph.arrows if spots[arrow.target].y <= spots[arrow.source].y]
    width = right + MARGIN + 14 * len(back) + 3 * MARGIN
    height = 2 * MARGIN + ROW * len(layers)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}">',
        f"<title>{escape(graph.title)}</title><style>{STYLE}</style><defs>{ARROW}</defs>",
        *_arrows(graph, spots, right),
        *(_drawn(box, spots[box.name]) for box in graph.boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def layers_of(graph: Graph) -> list[list[str]]:
    """Names by layer; what no way leads to is the last layer."""
    ahead: dict[str, list[str]] = {box.name: [] for box in graph.boxes}
    before: dict[str, list[str]] = {box.name: [] for box in graph.boxes}
    for arrow in graph.arrows:
        ahead[arrow.source].append(arrow.target)
        before[arrow.target].append(arrow.source)
    layers: list[list[str]] = []
    seen: set[str] = set()
    here = [graph.start] if graph.start in ahead else []
    place: dict[str, float] = {}
    while here:
        here.sort(key=lambda name: _between(before[name], place))
        place |= {name: (number + 0.5) / len(here) for number, name in enumerate(here)}
        layers.append(here)
        seen |= set(here)
        here = list(dict.fromkeys(t for name in here for t in ahead[name] if t not in seen))
    if rest := [name for name in ahead if name not in seen]:
        layers.append(rest)
    return layers


def _between(sources: Sequence[str], place: Mapping[str, float]) -> float:
    known = [place[name] for name in sources if name in place]
    return fmean(known) if known else 0.0


def _spots(layers: Sequence[Sequence[str]]) -> dict[str, Spot]:
    widest = max((len(layer) for layer in layers), default=0) * (WIDTH + GAP)
    spots = {}
    for row, layer in enumerate(layers):
        left = MARGIN + (widest - len(layer) * (WIDTH + GAP)) / 2
        for column, name in enumerate(layer):
            x = left + column * (WIDTH + GAP) + (WIDTH + GAP) / 2
            spots[name] = Spot(x, MARGIN + row * ROW + HEIGHT / 2)
    return spots


def _arrows(graph: Graph, spots: Mapping[str, Spot], right: float) -> Iterator[str]:
    lane = right + MARGIN
    for arrow in graph.arrows:
        source, target = spots[arrow.source], spots[arrow.target]
        if target.y > source.y:
            yield _down(arrow, source, target)
        else:
            yield _around(arrow, source, target, lane)
            lane += 14


def _down(arrow: Arrow, source: Spot, target: Spot) -> str:
    top, bottom = source.y + HEIGHT / 2, target.y - HEIGHT / 2
    middle = (top + bottom) / 2
    path = f"M{source.x:.0f} {top:.0f}C{source.x:.0f} {middle:.0f} {target.x:.0f} {middle:.0f}"
    x, y = source.x + (target.x - source.x) * 0.6, top + (bottom - top) * 0.62
    return f'<path d="{path} {target.x:.0f} {bottom:.0f}" marker-end="url(#tip)"/>' + _exit(
        arrow, x, y
    )


def _around(arrow: Arrow, source: Spot, target: Spot, lane: float) -> str:
    begin, end = source.x + WIDTH / 2, target.x + WIDTH / 2
    path = f"M{begin:.0f} {source.y:.0f}C{lane:.0f} {source.y:.0f} {lane:.0f} {target.y:.0f}"
    return (
        f'<path class="back" d="{path} {end:.0f} {target.y:.0f}" marker-end="url(#tip)"/>'
        + _exit(arrow, begin + 24, source.y - 5)
    )


def _exit(arrow: Arrow, x: float, y: float) -> str:
    if not arrow.label:
        return ""
    return f'<text class="exit" x="{x:.0f}" y="{y:.0f}">{escape(arrow.label)}</text>'


def _drawn(box: Box, spot: Spot) -> str:
    x, y = spot.x - WIDTH / 2, spot.y - HEIGHT / 2
    fill, round_ = FILLS.get(box.kind, "#ffffff"), HEIGHT / 2 if box.ends else 6
    first, second = (escape(_cut(line)) for line in _lines_of(box))
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="{round_:.0f}"'
        f' style="fill:{fill}"/>'
        f'<text x="{spot.x:.0f}" y="{spot.y - 4:.0f}" font-weight="bold">{first}</text>'
        f'<text class="kind" x="{spot.x:.0f}" y="{spot.y - 4 + LEADING:.0f}">{second}</text>'
    )


def _lines_of(box: Box) -> tuple[str, str]:
    return box.name, f"{box.kind}: {box.detail}" if box.detail else box.kind


def _cut(text: str) -> str:
    return text if len(text) <= LETTERS else text[: LETTERS - 1] + "…"
