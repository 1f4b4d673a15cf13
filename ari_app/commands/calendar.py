"""`hotline calendar`: days that are not like their weekday, and what is open on them."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

import typer

from ari_app.commands import show
from ari_app.commands.moments import local_now
from ari_app.commands.register import application, command, group
from ari_app.commands.terminal import Terminal

Kind = Literal["special", "holiday", "workday"]
DayArgument = Annotated[str, typer.Argument(help="The day, as in 2026-12-31.")]
ForOption = Annotated[
    str, typer.Option("--for", help="One schedule or queue; without it for everybody.")
]


def add_to(app: typer.Typer) -> None:
    family = application("The calendar: public holidays, make-up workdays, special days.")
    group(family)(listing)
    command(family, "add")(add)
    command(family, "remove")(remove)
    app.add_typer(family, name="calendar")


async def listing(
    terminal: Terminal,
    year: Annotated[int | None, typer.Option(help="Only this year; else from today on.")] = None,
) -> None:
    """Days that are different, from today on; public holidays that are missing are added."""
    from ari_app.commands.database import database
    from ari_app.store import hours

    today = local_now().date()
    async with database(terminal.site()) as db:
        await hours.fill(db, today)
        which = "day >= $1" if year is None else "extract(year FROM day) = $1"
        days = await hours.listed(db, which, today if year is None else year)
    words = terminal.words
    headings = ("day", "for", "what", "title", "hours", "set_by")
    terminal.answer(
        [asdict(day) for day in days],
        lambda: (
            show.table(
                [words(heading) for heading in headings],
                [
                    [
                        f"{day.day} {words(f'weekday_{day.day.isoweekday()}')}",
                        day.applies_to or words("everybody"),
                        words(day.kind),
                        day.name_zh if words.language == "zh" else day.name_en,
                        day.hours or (words("closed_all_day") if day.kind == "special" else ""),
                        day.set_by,
                    ]
                    for day in days
                ],
            )
            if days
            else words("nothing")
        ),
    )


async def add(
    terminal: Terminal,
    day: DayArgument,
    kind: Annotated[Kind, typer.Option(help="What is different about it.")] = "special",
    hours: Annotated[
        str, typer.Option(help='Of a special day: "09:00-12:00 13:30-18:00"; none is closed.')
    ] = "",
    name_zh: Annotated[str, typer.Option("--zh", help="Its name in Chinese.")] = "",
    name_en: Annotated[str, typer.Option("--en", help="Its name in English.")] = "",
    applies_to: ForOption = "",
) -> None:
    """Set a day: special (its own hours), holiday or workday. It counts for the next call."""
    import getpass

    from ari_app.commands.database import database
    from ari_app.domain.hours import read_spans, written
    from ari_app.store import hours as stored

    try:
        spans = read_spans(hours)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if spans and kind != "special":
        raise typer.BadParameter(f"a {kind} has the hours its schedule says; use --kind special")
    set_day = stored.StoredDay(
        _day(day), applies_to, kind, name_zh, name_en, written(spans), getpass.getuser()
    )
    async with database(terminal.site()) as db:
        await _need_name(db, applies_to)
        await stored.set_day(db, set_day)
    line = f"{set_day.day} {applies_to or terminal.words('everybody')}: {terminal.words(kind)}"
    terminal.answer(asdict(set_day), f"{line} {set_day.hours}".strip)


async def remove(terminal: Terminal, day: DayArgument, applies_to: ForOption = "") -> None:
    """Take a day away; one of the public list becomes an ordinary day."""
    import getpass

    from ari_app.commands.database import database
    from ari_app.store import hours as stored

    async with database(terminal.site()) as db:
        became = await stored.remove_day(db, _day(day), applies_to, getpass.getuser())
    document = {"day": day, "applies_to": applies_to, "became": became}
    terminal.answer(document, lambda: f"{day}: {terminal.words(became)}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; as in 2026-12-31") from None


async def _need_name(db: object, name: str) -> None:
    from ari_app.commands.trouble import NotPossible
    from ari_app.store import hours as stored
    from ari_app.store import queues

    if name and name not in await stored.names(db) | await queues.names(db):  # type: ignore[arg-type]
        raise NotPossible(
            f"there is no schedule or queue {name}", "`hotline queues` lists the queues"
        )
