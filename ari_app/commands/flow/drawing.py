"""`hotline flow list` and `show`: which flows there are, and how one looks."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.commands import show
from ari_app.commands.terminal import Terminal
from ari_app.commands.trouble import NotPossible

if TYPE_CHECKING:
    from ari_app.commands.flow.ground import Ground
    from ari_app.domain.flow_files import FlowFiles
    from ari_app.store.flow_versions import FlowVersion


@dataclass(frozen=True, slots=True)
class FlowLine:
    """`numbers` lead here; `state`: live, changed, new, gone, or "" where nothing is known."""

    name: str
    title: str
    file: str
    nodes: int
    numbers: list[str]
    state: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """`drawn_by` is graphviz, or hotline where there is none on this machine."""

    flow: str
    mermaid: str
    svg: str
    drawn_by: str


async def listing(terminal: Terminal) -> None:
    """Flows of dialplan/flows, and whether the files are what is live."""
    from ari_app.commands.flow.books import source_files
    from ari_app.commands.flow.ground import ground_of, known_site
    from ari_app.workers.flow_book import read_texts

    site = known_site(terminal)
    ground, live = await ground_of(site), await _live(terminal)
    files = source_files()
    flows, _ = read_texts(files)
    lines = [
        FlowLine(
            flow.name,
            flow.title.get(terminal.words.language) or flow.name,
            file,
            len(flow.node),
            _numbers(ground, flow.name),
            _state(file, files, live[1] if live else None),
        )
        for file, flow in flows.items()
    ]
    unread = sorted(set(files) - set(flows))
    lines += [FlowLine("", "cannot be read: `hotline check`", one, 0, [], "") for one in unread]
    headings = ("flow", "title", "file", "nodes", "numbers", "state")
    terminal.answer(
        lines,
        lambda: show.table(
            [terminal.words(heading) for heading in headings],
            [
                (one.name, one.title, one.file, one.nodes, show.listed(one.numbers), one.state)
                for one in lines
            ],
        ),
    )
    if live:
        terminal.say(f"live is version {live[0].number}, by {live[0].who}: {live[0].why}")


async def _live(terminal: Terminal) -> "tuple[FlowVersion, FlowFiles] | None":
    from ari_app.commands.database import database
    from ari_app.commands.flow.books import live
    from ari_app.domain.errors import HotlineError

    try:
        async with database(terminal.site()) as db:
            return await live(db)
    except HotlineError:
        return None


def _numbers(ground: "Ground", flow: str) -> list[str]:
    from ari_app.domain.route import DEFAULT_ROUTE

    numbers = sorted(route.pattern for route in ground.routes if route.flow == flow)
    return [*numbers, "any other"] if flow == DEFAULT_ROUTE.flow else numbers


def _state(file: str, files: "FlowFiles", live: "FlowFiles | None") -> str:
    if live is None:
        return ""
    if file not in live:
        return "new"
    return "live" if files[file] == live[file] else "changed"


async def picture_of(
    terminal: Terminal,
    name: Annotated[str, typer.Argument(help="The flow; `hotline flow list` lists them.")],
    svg: Annotated[
        Path | None, typer.Option("--svg", help="Write a picture into this file instead.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="The published version, not the files.")
    ] = False,
) -> None:
    """A flow as a Mermaid flowchart, or with --svg as a picture.

    The picture is drawn by graphviz (`dot`) where this machine has it, else by a plain layout of
    our own: a row per step from the start. Nothing is fetched from anywhere.
    """
    from ari_app.commands.flow.books import file_book, live_book
    from ari_app.commands.flow.graph import graph_of
    from ari_app.commands.flow.mermaid import mermaid
    from ari_app.commands.flow.svg import svg as draw

    book = await live_book(terminal.site()) if live else file_book()
    if name not in book.names:
        raise NotPossible(f"there is no flow {name!r}", "`hotline flow list` lists them")
    graph = graph_of(book.get(name), terminal.words.language)
    picture, drawn_by = draw(graph) if svg or terminal.as_json else ("", "")
    if svg is not None:
        svg.write_text(picture, encoding="utf-8")
        terminal.say(f"{svg}, drawn by {drawn_by}")
    document = Drawn(name, mermaid(graph), picture, drawn_by)
    if svg is None and not terminal.as_json:
        terminal.console.print(document.mermaid, soft_wrap=True)  # a program reads it next
    terminal.answer(document, lambda: None)
