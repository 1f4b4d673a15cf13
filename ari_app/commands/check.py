"""`hotline check`: would callers be served by what is written? Nothing that runs is touched."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.commands import show
from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rich.console import RenderableType

    from ari_app.domain.finding import Finding
    from ari_app.domain.flow import Names
    from ari_app.site.layout import Site


@dataclass(frozen=True, slots=True)
class Report:
    """`names_from` says where queues and mailboxes were looked up; `asterisk` is a version."""

    ok: bool
    findings: "list[Finding]"
    names_from: str
    asterisk: str


def add_to(app: typer.Typer) -> None:
    command(app, "check")(check)


async def check(
    terminal: Terminal,
    asterisk: Annotated[
        bool, typer.Option(help="Let a scratch Asterisk read the configuration too.")
    ] = True,
) -> int:
    """Check flows, prompts, dialplan, Asterisk's configuration and settings. Exit 1 on errors."""
    from ari_app.domain.errors import NotFound
    from ari_app.domain.finding import Level
    from ari_app.site.layout import SOURCE

    try:
        site = terminal.site()
    except NotFound:
        site = None
    names_from, findings = await _texts(site, SOURCE)
    version = "-"
    if asterisk:
        version, complaints = await _asterisk(site, SOURCE)
        findings += complaints
    ok = all(found.level is not Level.ERROR for found in findings)
    report = Report(ok, [_shorter(found, SOURCE) for found in findings], names_from, version)
    terminal.answer(report, lambda: report_picture(report))
    return 0 if ok else 1


async def _texts(site: "Site | None", source: Path) -> "tuple[str, list[Finding]]":
    from ari_app.commands.checks import flows, prompts, queues, settings
    from ari_app.commands.flow.ground import allowed_hosts
    from ari_app.domain.finding import Level

    manifest, findings = prompts.load_manifest(source / "sounds" / "manifest.toml")
    findings += settings.check_settings(site, os.environ)
    if manifest is None:
        return "-", findings
    dialplan = source / "dialplan"
    prompt_names = {prompt.name for prompt in manifest.prompts}
    leads = flows.leads(dialplan / "flows")
    names, names_from, wrong = await _names(site, prompt_names, leads)
    findings += await _calendar(site)
    findings += await _storms(site, source)
    findings += queues.check_queues(wrong)
    wrong_flows = list(flows.check_flows(dialplan / "flows", names, allowed_hosts(site)))
    findings += wrong_flows
    if all(found.level is not Level.ERROR for found in wrong_flows):
        findings += await _tried(site, dialplan)
    findings += prompts.check_dialplan_prompts(dialplan, manifest)
    findings += prompts.check_files(source / "sounds" / "generated", manifest)
    return names_from, findings


async def _calendar(site: "Site | None") -> "list[Finding]":
    """Nothing is said of a database that does not run."""
    from ari_app.commands.checks.calendar import check_calendar
    from ari_app.commands.database import database
    from ari_app.commands.moments import local_now
    from ari_app.domain.errors import BadSettings, HotlineError
    from ari_app.domain.finding import error
    from ari_app.store import hours

    if site is None:
        return []
    today = local_now().date()
    try:
        async with database(site) as db:
            await hours.schedules(db)
            # All of the year: at its end no holiday of it may be left to come.
            days = (await hours.calendar(db, today.replace(month=1, day=1))).of(hours.EVERYBODY)
    except BadSettings as bad:
        cure = "`hotline calendar add` the day again, or correct the row"
        return [error("table schedule", "", problem, cure) for problem in bad.problems]
    except HotlineError:
        return []
    return list(check_calendar(days, today))


async def _storms(site: "Site | None", source: Path) -> "list[Finding]":
    from ari_app.commands.checks.storms import check_storms
    from ari_app.commands.storm import known_names
    from ari_app.domain.errors import BadSettings

    try:
        names = await known_names(site, source)
    except BadSettings:
        return []  # the queues themselves are wrong, which is said of them
    return list(check_storms(source / "dialplan" / "storms", names))


async def _tried(site: "Site | None", dialplan: Path) -> "list[Finding]":
    """Golden calls on flows that can be run; and whether they are what is live."""
    import asyncio

    from ari_app.commands.checks import golden, live
    from ari_app.commands.flow.ground import ground_of

    ground, folder = await ground_of(site), dialplan / "flows"
    found = await asyncio.to_thread(
        lambda: list(golden.check_golden(dialplan / "tests", folder, ground))
    )
    return found + await live.check_live(site, folder)


async def _names(
    site: "Site | None", prompts: "Collection[str]", leads: "Mapping[str, str | None]"
) -> "tuple[Names, str, Collection[str]]":
    """Queues and mailboxes of the database when it runs, else the sample ones; which of the two;
    and what is wrong with its queues."""
    from ari_app.commands.database import database
    from ari_app.domain.errors import BadSettings, HotlineError
    from ari_app.domain.flow import Names
    from ari_app.store import seed
    from ari_app.workers import staffing

    if site is not None:
        try:
            async with database(site) as db:
                wrong: Collection[str] = ()
                try:
                    await staffing.load_queues(db, prompts, leads)
                except BadSettings as bad:
                    wrong = bad.problems
                names = await staffing.known_names(db, prompts)
                return names, "database", wrong
        except HotlineError:
            pass
    sample = {name for name, *_ in seed.QUEUES}
    return Names(prompts, sample, {"hotline"}, schedules={"hotline"}), "sample data", ()


async def _asterisk(site: "Site | None", source: Path) -> "tuple[str, list[Finding]]":
    import asyncio

    from ari_app.commands.checks import scratch
    from ari_app.domain.errors import BadSettings, Unavailable
    from ari_app.domain.finding import error, warning

    try:
        return await asyncio.to_thread(scratch.check_asterisk, site, source)
    except BadSettings as bad:
        what = f"no Asterisk has read the dialplan: {bad}"
        return "-", [
            warning("dialplan/", "", what, "`make setup` brings one; all else was checked")
        ]
    except Unavailable as bad:
        return "-", [error("asterisk-conf/", "", str(bad), "correct what its last words name")]


def _shorter(found: "Finding", source: Path) -> "Finding":
    from dataclasses import replace

    return replace(found, file=found.file.removeprefix(f"{source}/"))


def report_picture(report: Report) -> "RenderableType":
    from rich.console import Group
    from rich.text import Text

    styles = {"error": "bold red", "warning": "yellow"}
    drawn: list[RenderableType] = []
    for found in report.findings:
        place = f"{found.file}, {found.place}" if found.place else found.file
        head = Text(f"{found.level.value:<8}", style=styles[found.level.value])
        drawn += [head.append(f"{place}: {found.what}", style="default"), f"         {found.cure}"]
    count = {level: sum(f.level == level for f in report.findings) for level in styles}
    summary = show.listed(
        (
            f"{count['error']} errors",
            f"{count['warning']} warnings",
            f"queues and mailboxes from {report.names_from}",
            f"Asterisk {report.asterisk}" if report.asterisk != "-" else "Asterisk not asked",
        )
    )
    return Group(*drawn, summary)
