"""`hotline flow diff`, `publish`, `versions` and `rollback`: from the files to the callers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.commands import show
from ari_app.commands.terminal import Terminal
from ari_app.commands.trouble import NotPossible
from ari_app.commands.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from ari_app.commands.flow.ground import Ground
    from ari_app.domain.finding import Finding
    from ari_app.domain.flow_files import FlowFiles
    from ari_app.site.layout import Site
    from ari_app.store.db import Connection
    from ari_app.store.flow_versions import FlowVersion
    from ari_app.trial.outcomes import Change, Comparison

TAKEN_SECONDS = 5.0
SHOWN_CHANGES = 40
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the files would change. `live` is a number, None before anything was published;
    `note` says why outcomes could not be compared."""

    live: int | None
    live_version: str
    version: str
    changed_files: list[str]
    changes: "Sequence[Change]"
    tried: int
    left_out: int
    note: str


@dataclass(frozen=True, slots=True)
class Published:
    """`number` is None when there was nothing to publish; `engine`: taken, stopped or refused."""

    number: int | None
    version: str
    engine: str
    changes: "Sequence[Change]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class VersionLine:
    number: int
    at: datetime
    who: str
    why: str
    version: str
    rolled_back_to: int | None
    is_live: bool


async def diff(terminal: Terminal) -> None:
    """What publishing the files would change: dialled number, hours, keys, before and after."""
    from ari_app.commands.database import database
    from ari_app.commands.flow.ground import ground_in

    site = terminal.site()
    async with database(site) as db:
        ground = await ground_in(db, site)
        found, _ = await _difference(db, ground)
    terminal.answer(found, lambda: difference_picture(found, terminal.words))


async def publish(
    terminal: Terminal,
    why: Annotated[str, typer.Option("--why", help="The reason; it is kept.")],
    yes: YesOption = False,
) -> int:
    """Check the flow files, show what changes for callers, ask, and make them live at once.

    Calls under way finish on the version they began with. Errors refuse.
    """
    from ari_app.commands.database import database
    from ari_app.commands.flow.ground import ground_in

    site = terminal.site()
    async with database(site) as db:
        ground = await ground_in(db, site)
        await _need_no_errors(ground)
        found, files = await _difference(db, ground)
        if not found.changed_files:
            done = Published(None, found.version, "taken")
            terminal.answer(done, lambda: f"nothing to publish: version {found.live} has it all")
            return 0
        if not terminal.as_json:
            terminal.console.print(difference_picture(found, terminal.words))
        _confirm(terminal, yes=yes)
        number = await _store(db, files, why, found.live)
    engine = await taken(site, number)
    done = Published(number, found.version, engine, found.changes)
    terminal.answer(done, lambda: _said(number, engine))
    return 0 if engine != "refused" else 1


async def versions(
    terminal: Terminal,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
) -> None:
    """Published versions of the flows, who published them and why; the first is live."""
    from ari_app.commands.database import database
    from ari_app.store import flow_versions

    async with database(terminal.site()) as db:
        newest = await flow_versions.newest(db, limit)
    lines = [
        VersionLine(
            one.number, one.at, one.who, one.why, one.version, one.rolled_back_to, place == 0
        )
        for place, one in enumerate(newest)
    ]
    terminal.answer(lines, lambda: versions_picture(lines, terminal.words))


async def rollback(
    terminal: Terminal,
    version: Annotated[
        int | None, typer.Argument(help="Its number; else the one before what is live.")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="The reason; it is kept.")] = "rollback",
) -> int:
    """Make an earlier version of the flows live again, at once. The files stay as they are."""
    from ari_app.commands.database import database
    from ari_app.commands.flow.ground import ground_in
    from ari_app.store import flow_versions
    from ari_app.workers.flow_book import read_book

    site = terminal.site()
    async with database(site) as db:
        live = await flow_versions.latest(db)
        back = await _earlier(db, live, version)
        files = await flow_versions.files(db, back.version)
        ground = await ground_in(db, site)
        read_book(files, ground.names, ground.hosts)
        seen = live.number if live else None
        number = await _store(db, files, why, seen, back_to=back.number)
    engine = await taken(site, number)
    done = Published(number, back.version, engine)
    terminal.answer(
        done,
        lambda: (
            f"{_said(number, engine)}: the flows of version {back.number}. The files still differ:"
            " correct them, then `hotline flow publish`"
        ),
    )
    return 0 if engine != "refused" else 1


async def _earlier(
    db: "Connection", live: "FlowVersion | None", number: int | None
) -> "FlowVersion":
    from ari_app.store import flow_versions

    if number is not None:
        return await flow_versions.find(db, number)
    for one in await flow_versions.newest(db, 1000):
        if live is not None and one.version != live.version:
            return one
    raise NotPossible("there is no earlier version", "`hotline flow versions` lists them")


async def _store(
    db: "Connection", files: "FlowFiles", why: str, seen: int | None, *, back_to: int | None = None
) -> int:
    import getpass

    from ari_app.domain.errors import Conflict
    from ari_app.store import flow_versions
    from ari_app.store.flow_versions import Wish

    who = getpass.getuser()
    wish = Wish(files=files, who=who, why=why, seen=seen, rolled_back_to=back_to)
    try:
        return await flow_versions.publish(db, wish)
    except Conflict as conflict:
        raise NotPossible(str(conflict), "look at `hotline flow versions`, then again") from None


async def _need_no_errors(ground: "Ground") -> None:
    """Raises: BadFlow with every finding that callers would notice."""
    import asyncio

    from ari_app.domain.errors import BadFlow
    from ari_app.domain.finding import Level

    found = await asyncio.to_thread(_findings, ground)
    errors = [finding for finding in found if finding.level is Level.ERROR]
    if errors:
        raise BadFlow(errors)


def _findings(ground: "Ground") -> "list[Finding]":
    from ari_app.commands.checks.flows import check_flows
    from ari_app.commands.checks.golden import check_golden
    from ari_app.commands.flow.ground import flows_folder, golden_folder

    found = list(check_flows(flows_folder(), ground.names, ground.hosts))
    return found + list(check_golden(golden_folder(), flows_folder(), ground))


async def _difference(db: "Connection", ground: "Ground") -> "tuple[Difference, FlowFiles]":
    import asyncio

    from ari_app.commands.flow.books import live as live_version
    from ari_app.commands.flow.books import source_files
    from ari_app.domain.flow_files import changed_files, version_of

    files = source_files()
    live = await live_version(db)
    if live is None:
        whole = Difference(None, "", version_of(files), sorted(files), [], 0, 0, "nothing is live")
        return whole, files
    version, before = live
    changed = changed_files(before, files)
    compared, note = await asyncio.to_thread(_compared, before, files, ground)
    found = Difference(
        version.number,
        version.version,
        version_of(files),
        changed,
        compared.changes if compared else [],
        compared.tried if compared else 0,
        compared.left_out if compared else 0,
        note,
    )
    return found, files


def _compared(
    before: "FlowFiles", after: "FlowFiles", ground: "Ground"
) -> "tuple[Comparison | None, str]":
    from ari_app.domain.errors import BadFlow
    from ari_app.trial.outcomes import compare, kinds_of_hours
    from ari_app.workers.flow_book import read_book

    new = read_book(after, None)
    try:
        old = read_book(before, None)
    except BadFlow as bad:
        return None, f"what is live cannot be read by this program: {bad}"
    hours = kinds_of_hours(ground.names.queues, ground.names.schedules, ground, ground.now())
    return compare(old, new, ground.numbers(), hours, ground), ""


def _confirm(terminal: Terminal, *, yes: bool) -> None:
    """Raises: NotPossible where nobody can be asked, Abort for a no."""
    import sys

    if yes:
        return
    if terminal.as_json or not sys.stdin.isatty():
        raise NotPossible("nobody can be asked here", "look at `hotline flow diff`, then use --yes")
    typer.confirm("Publish?", abort=True)


async def taken(site: "Site", number: int) -> str:
    """Has the engine taken it: taken, refused (its log says why), or is it stopped?"""
    import asyncio

    import aiohttp

    from ari_app.site.asked import engine_health

    loop = asyncio.get_running_loop()
    deadline = loop.time() + TAKEN_SECONDS
    while True:
        try:
            health = await engine_health(site)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return "stopped"
        if (health.get("flows") or {}).get("number") == number:
            return "taken"
        if loop.time() > deadline:
            return "refused"
        await asyncio.sleep(0.05)


def _said(number: int, engine: str) -> str:
    told = {
        "taken": "is live",
        "stopped": "is published; the engine takes it when it starts",
        "refused": "is published, but the engine did not take it: see its log",
    }
    return f"version {number} {told[engine]}"


def difference_picture(found: Difference, words: Words) -> "RenderableType":
    from rich.console import Group

    if not found.changed_files:
        return f"no difference: the files are version {found.live}"
    before = f"version {found.live}" if found.live else "nothing"
    drawn: list[RenderableType] = [
        f"live is {before}; changed files: {show.listed(found.changed_files)}"
    ]
    if found.changes:
        rows = [
            (one.number, one.hours, one.keys, one.before, one.after, one.what)
            for one in found.changes[:SHOWN_CHANGES]
        ]
        headings = ("number", "at_hours", "keys", "ends_now", "will_end", "changes")
        drawn.append(show.table([words(heading) for heading in headings], rows))
    if (more := len(found.changes) - SHOWN_CHANGES) > 0:
        drawn.append(f"and {more} more; --json has them all")
    summary = f"{len(found.changes)} of {found.tried} situations come out differently"
    if found.left_out:
        summary += f"; {found.left_out} more were not tried"
    drawn.append(found.note or summary)
    return Group(*drawn)


def versions_picture(lines: list[VersionLine], words: Words) -> "RenderableType":
    if not lines:
        return words("nothing")
    rows = [
        (
            line.number,
            show.local_time(line.at),
            line.who,
            line.why,
            f"as {line.rolled_back_to}" if line.rolled_back_to else line.version,
            words("is_live") if line.is_live else "",
        )
        for line in lines
    ]
    headings = ("version", "published", "who", "why", "flows", "")
    return show.table([words(heading) for heading in headings], rows)
