"""`hotline storm`: one command for a day on which everything is different, and back."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.commands import show
from ari_app.commands.moments import UNITS, local_now
from ari_app.commands.register import application, command, group
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from ari_app.domain.storm import StormNames
    from ari_app.site.layout import Site

PROFILE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LENGTH = re.compile(r"(\d{1,5})([mhd])")
WhyOption = Annotated[str, typer.Option("--why", help="The reason; it is kept.")]


@dataclass(frozen=True, slots=True)
class StormLine:
    """`state` is on, off or over."""

    profile: str
    state: str
    began_at: datetime
    until: datetime
    ended_at: datetime | None
    who: str
    why: str


def add_to(app: typer.Typer) -> None:
    family = application("Storms: other prompts, hours and routes for a time.")
    group(family)(status)
    command(family, "on")(on)
    command(family, "off")(off)
    app.add_typer(family, name="storm")


async def status(terminal: Terminal) -> None:
    """The storm in force, and those of lately."""
    from ari_app.commands.database import database
    from ari_app.store import storms

    now = local_now()
    async with database(terminal.site()) as db:
        lines = [
            StormLine(
                profile=one.name,
                state="off" if one.ended_at else "on" if one.until > now else "over",
                began_at=one.began_at,
                until=one.until,
                ended_at=one.ended_at,
                who=one.who,
                why=one.why,
            )
            for one in await storms.lately(db)
        ]
    words = terminal.words
    headings = ("profile", "state", "since", "until", "user", "reasons")
    terminal.answer(
        [asdict(line) for line in lines],
        lambda: (
            show.table(
                [words(heading) for heading in headings],
                [
                    [
                        line.profile,
                        words(f"storm_{line.state}"),
                        show.local_time(line.began_at),
                        show.local_time(line.ended_at or line.until),
                        line.who,
                        line.why,
                    ]
                    for line in lines
                ],
            )
            if lines
            else words("nothing")
        ),
    )


async def on(
    terminal: Terminal,
    profile: Annotated[str, typer.Option("--profile", help="A file of dialplan/storms.")],
    length: Annotated[str, typer.Option("--for", help="How long: 30m, 4h, 2d; at most 14d.")],
    why: WhyOption,
) -> None:
    """Switch a profile on, for every call from the next one; it ends by itself."""
    import getpass

    import asyncpg

    from ari_app.commands.checks.storms import load_profile
    from ari_app.commands.database import database
    from ari_app.commands.trouble import NotPossible
    from ari_app.domain.errors import BadSettings
    from ari_app.domain.storm import profile_problems
    from ari_app.site.layout import SOURCE
    from ari_app.store import storms

    seconds, site = _length(length), terminal.site()
    read = load_profile(_file(SOURCE, profile))
    if problems := list(profile_problems(read, await known_names(site, SOURCE))):
        raise BadSettings([f"{profile}.toml: {problem}" for problem in problems])
    until = local_now() + seconds
    async with database(site) as db:
        try:
            begun = await storms.begin(db, profile, read, getpass.getuser(), why, until)
        except asyncpg.UniqueViolationError:
            raise NotPossible("a storm is on already", "`hotline storm off` first") from None
    words = terminal.words
    document = {"profile": profile, "until": begun.until, "why": why}
    terminal.answer(
        document, lambda: f"{profile} {words('storm_on')}, {words('until')} {until:%F %H:%M}"
    )


async def off(terminal: Terminal, why: WhyOption) -> None:
    """End the storm before its time; everything is as usual from the next call on."""
    import getpass

    from ari_app.commands.database import database
    from ari_app.store import storms

    async with database(terminal.site()) as db:
        name = await storms.end(db, getpass.getuser(), why)
    terminal.answer({"profile": name, "why": why}, lambda: f"{name} {terminal.words('storm_off')}")


def _length(text: str) -> timedelta:
    from ari_app.domain.storm import LONGEST

    found = LENGTH.fullmatch(text.strip().lower())
    length = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not timedelta() < length <= LONGEST:
        raise typer.BadParameter(f"{text!r} is no length: 30m, 4h, 2d; at most 14d")
    return length


def _file(source: Path, profile: str) -> Path:
    from ari_app.commands.trouble import NotPossible

    folder = source / "dialplan" / "storms"
    path = folder / f"{profile}.toml"
    if not PROFILE.fullmatch(profile) or not path.is_file():
        there = ", ".join(sorted(one.stem for one in folder.glob("*.toml"))) or "none"
        raise NotPossible(f"there is no profile {profile!r}", f"dialplan/storms has: {there}")
    return path


async def known_names(site: "Site | None", source: Path) -> "StormNames":
    """What profiles may name: of the database when it runs, else of the sample data."""
    from ari_app.commands.database import database
    from ari_app.domain.errors import BadSettings, HotlineError
    from ari_app.domain.storm import StormNames
    from ari_app.store import hours, queues, seed
    from ari_app.workers import staffing
    from ari_app.workers.flow_book import prompt_names, read_folder

    prompts = prompt_names(source / "sounds" / "manifest.toml")
    flows = {flow.name for flow in read_folder(source / "dialplan" / "flows")[0].values()}
    sample = StormNames(prompts, flows, {"hotline"}, {name for name, *_ in seed.QUEUES})
    if site is None:
        return sample
    try:
        async with database(site) as db:
            return StormNames(
                prompts,
                flows,
                await hours.names(db),
                await queues.names(db),
                await queues.known_skills(db),
                await staffing.mailboxes(db),
                await queues.load(db),
            )
    except BadSettings:
        raise
    except HotlineError:
        return sample
