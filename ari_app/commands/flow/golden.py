"""`hotline flow test`: the golden calls of dialplan/tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.commands import show
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ari_app.commands.flow.ground import Ground
    from ari_app.trial.golden import Difference, GoldenCall
    from ari_app.trial.run import Trials
    from ari_app.workers.flow_book import FlowBook


@dataclass(frozen=True, slots=True)
class Result:
    """Of one golden call; it passed when there are no `differences`."""

    file: str
    name: str
    path: list[str]
    end: str
    differences: "list[Difference]"


@dataclass(frozen=True, slots=True)
class Results:
    """`problems` are of files that cannot be read."""

    ok: bool
    calls: Sequence[Result]
    problems: Sequence[str]


async def test(
    terminal: Terminal,
    name: Annotated[str, typer.Argument(help="Only calls with this in their name.")] = "",
    live: Annotated[
        bool, typer.Option("--live", help="On the published version, not the files.")
    ] = False,
) -> int:
    """Run the golden calls of dialplan/tests. Exit 1 when one comes out otherwise."""
    import asyncio

    from ari_app.commands.flow.books import file_book, live_book
    from ari_app.commands.flow.ground import golden_folder, ground_of, known_site

    ground = await ground_of(known_site(terminal))
    book = await live_book(terminal.site()) if live else file_book()
    results = await asyncio.to_thread(run_all, golden_folder(), book, ground, name)
    terminal.answer(results, lambda: picture(results))
    return 0 if results.ok else 1


def run_all(folder: Path, book: "FlowBook", ground: "Ground", name: str = "") -> Results:
    """Every `*.toml` of the folder; a call counts when `name` is in its own."""
    from ari_app.domain.errors import BadSettings
    from ari_app.trial.golden import read_golden
    from ari_app.trial.run import Trials

    found: list[Result] = []
    problems: list[str] = []
    with Trials(book, ground) as trials:
        for path in sorted(folder.glob("*.toml")):
            try:
                calls = read_golden(path.read_text(encoding="utf-8"), path.name)
                found += [
                    _run(call, path.name, book, ground, trials)
                    for call in calls
                    if name in call.name
                ]
            except BadSettings as bad:
                problems += bad.problems
            except (UnicodeDecodeError, ValueError) as bad:
                problems.append(f"{path.name}: {bad}")
    ok = not problems and not any(result.differences for result in found)
    return Results(ok, found, problems)


def _run(
    call: "GoldenCall", file: str, book: "FlowBook", ground: "Ground", trials: "Trials"
) -> Result:
    """Raises: ValueError of a moment that is none."""
    from ari_app.commands.flow.moment import coming
    from ari_app.trial.golden import differences, situation_of
    from ari_app.trial.situation import Situation

    route = ground.route(call.to)
    routed = Situation(
        ground.now(), call.to, language=route.language, tier=route.tier, priority=route.priority
    )
    situation = situation_of(call, coming(call.at, ground.now()), routed)
    trial = trials.run(book.get(call.flow or route.flow), situation)
    found = list(differences(call, trial, ground.texts))
    return Result(file, call.name, trial.path, str(trial.end), found)


def picture(results: Results) -> "RenderableType":
    from rich.console import Group
    from rich.text import Text

    drawn: list[RenderableType] = []
    for result in results.calls:
        line = Text.assemble(show.mark(ok=not result.differences), f"  {result.name}")
        drawn.append(line.append(f"  -> {result.end}", style="dim"))
        for one in result.differences:
            drawn += [f"      {one.what}", f"        expected {one.expected}"]
            drawn.append(f"        seen     {one.seen}")
    drawn += [Text(problem, style="bold red") for problem in results.problems]
    failed = sum(bool(result.differences) for result in results.calls)
    drawn.append(f"{len(results.calls)} golden calls, {failed} failed")
    return Group(*drawn)
