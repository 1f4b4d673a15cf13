"""`hotline audit`: are all promises kept on the running site? One line each, or what broke it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.commands import show
from ari_app.commands.moments import local_now, moment
from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ari_app.domain.invariants import Finding
    from ari_app.site.layout import Site

LOOK_AGAIN = timedelta(seconds=65)  # what is younger than its grace gets at most so long
TITLES = {
    "I1": ("每通来话恰有一条记录", "each call has one record"),
    "I2": ("每条记录都会结束", "each record ends"),
    "I3": ("录音齐全, 缺失有原因", "each recording is whole, or says why not"),
    "I4": ("没有卡住的坐席", "no agent is stuck"),
    "I5": ("没有无人接待的来话", "no caller is stranded"),
    "I6": ("派话不重复", "no offer is doubled"),
    "I7": ("外呼不重复", "nothing is dialled twice or unasked"),
    "I8": ("两处合计一致", "the sums agree"),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """One finding as it is told; `what` in the language of the terminal."""

    invariant: str
    problem: str
    subject: str
    since: datetime | None
    what: str


@dataclass(frozen=True, slots=True)
class Audit:
    """`not_checked` says why, by invariant; `ok` only when all were checked and none is broken."""

    ok: bool
    since: datetime
    findings: list[Broken]
    not_checked: dict[str, str]


def add_to(app: typer.Typer) -> None:
    command(app, "audit")(audit)


async def audit(
    terminal: Terminal,
    since: Annotated[str, typer.Option(help="30m, 2h, 7d, today or a date.")] = "1d",
) -> int:
    """Check the invariants I1 to I8 on the running site. Exit 1 when one is broken or unknown."""
    now = local_now()
    start = moment(since, now) or now
    result = await _look(terminal.site(), start, terminal.words.language)
    terminal.answer(result, lambda: picture(result, terminal.words.language))
    return 0 if result.ok else 1


async def _look(site: "Site", since: datetime, language: str) -> Audit:
    """What is younger than its grace is looked at again, as long as it takes to count."""
    from datetime import UTC

    from ari_app.commands.auditing import auditor_of
    from ari_app.domain.invariants import Watch

    watch = Watch()
    async with auditor_of(site) as auditor:
        deadline = datetime.now(UTC) + LOOK_AGAIN
        while True:
            found = await auditor.look(since)
            now = datetime.now(UTC)
            watch.look(found.findings, now, found.checked)
            wait = watch.young(now)
            if wait is None or now > deadline:
                break
            await asyncio.sleep(max(1.0, wait.total_seconds()))
    away = {invariant.value: why for invariant, why in found.away.items()}
    told = [_broken(finding, language) for finding in watch.counting]
    return Audit(not told and not away, since, told, away)


def _broken(finding: "Finding", language: str) -> Broken:
    return Broken(
        finding.invariant.value,
        finding.problem.value,
        finding.subject,
        finding.since,
        finding.sentence(language),
    )


def picture(result: Audit, language: str) -> "RenderableType":
    from rich.console import Group
    from rich.text import Text

    column = 0 if language == "zh" else 1
    rows = []
    for invariant, title in TITLES.items():
        broken = sum(found.invariant == invariant for found in result.findings)
        unknown = result.not_checked.get(invariant)
        state = Text("?", style="yellow") if unknown else show.mark(ok=not broken)
        rows.append((invariant, title[column], state, unknown or (broken or "")))
    drawn: list[RenderableType] = [show.table(("", "", "", ""), rows)]
    if result.findings:
        drawn.append(
            show.table(
                (
                    "",
                    *(("对象", "开始于", "问题") if column == 0 else ("what", "since", "problem")),
                ),
                [
                    (found.invariant, found.subject, show.local_time(found.since), found.what)
                    for found in result.findings
                ],
            )
        )
    return Group(*drawn)
