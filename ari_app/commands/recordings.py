"""`hotline recordings` and `hotline messages`: what was recorded, and where the files are."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.commands import show
from ari_app.commands.moments import local_now, moment
from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ari_app.store.messages import Message
    from ari_app.store.recordings import FoundRecording

SHORT_ID = 8


def add_to(app: typer.Typer) -> None:
    command(app, "recordings")(recordings)
    command(app, "messages")(messages)


async def recordings(
    terminal: Terminal,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 20,
    number: Annotated[str | None, typer.Option(help="Caller's or dialled number.")] = None,
    agent: Annotated[int | None, typer.Option(help="An agent who talked.")] = None,
    since: Annotated[str | None, typer.Option(help="30m, 2h, 7d, today or a date.")] = None,
    until: Annotated[str | None, typer.Option(help="The same; before it.")] = None,
    trunk: Annotated[str | None, typer.Option(help="Where it came in.")] = None,
    timeslot: Annotated[int | None, typer.Option(min=1, max=31, help="E1 timeslot.")] = None,
    call: Annotated[str | None, typer.Option(help="A call id, its beginning, or `last`.")] = None,
) -> None:
    """Recordings by number, agent, time and trunk, with their files."""
    from ari_app.commands.calls import identify
    from ari_app.commands.database import database
    from ari_app.store import recordings as stored

    site, now = terminal.site(), local_now()
    async with database(site) as db:
        filters = stored.RecordingFilter(
            since=moment(since, now),
            until=moment(until, now),
            number=number,
            agent_id=agent,
            trunk=trunk,
            timeslot=timeslot,
            call_id=await identify(db, call) if call else None,
        )
        found = await stored.search(db, filters, limit=limit)
    archive = site.recordings / "archive"
    document = [{**asdict(each), "file": _file(archive, each.path)} for each in found]
    terminal.answer(document, lambda: recordings_picture(found, archive, terminal))


def recordings_picture(
    found: "list[FoundRecording]", archive: Path, terminal: Terminal
) -> "RenderableType":
    words = terminal.words
    headings = ("call", "arrived", "caller", "dialled", "agents", "state", "length", "file")
    if not found:
        return words("nothing")
    return show.table(
        [words(heading) for heading in headings],
        [
            [
                str(each.call_id)[:SHORT_ID],
                show.local_time(each.arrived_at),
                each.caller,
                each.dialled,
                show.listed(each.agents),
                show.listed((each.state, *each.reasons)),
                show.duration(each.seconds),
                _file(archive, each.path),
            ]
            for each in found
        ],
    )


def _file(folder: Path, path: str | None) -> str | None:
    return str(folder / path) if path else None


async def messages(
    terminal: Terminal,
    mailbox: Annotated[str | None, typer.Option(help="Only this mailbox.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many of each mailbox.")] = 50,
) -> None:
    """Messages nobody has heard yet, oldest first."""
    from ari_app.commands.database import database
    from ari_app.domain.errors import NotFound
    from ari_app.store import messages as stored

    site = terminal.site()
    async with database(site) as db:
        known = await stored.mailboxes(db)
        if mailbox is not None and mailbox not in known:
            raise NotFound("mailbox", mailbox)
        names = sorted(known) if mailbox is None else [mailbox]
        found = [each for name in names for each in await stored.unheard(db, name, limit=limit)]
    terminal.answer(found, lambda: messages_picture(found, terminal))


def messages_picture(found: "list[Message]", terminal: Terminal) -> "RenderableType":
    words = terminal.words
    headings = ("mailbox", "left", "caller", "language", "length", "call", "file")
    if not found:
        return words("nothing")
    return show.table(
        [words(heading) for heading in headings],
        [
            [
                each.mailbox,
                show.local_time(each.left_at),
                each.caller,
                each.language,
                show.duration(each.seconds),
                str(each.call_id)[:SHORT_ID],
                each.path or each.name,
            ]
            for each in found
        ],
    )
