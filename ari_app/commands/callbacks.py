"""`hotline callbacks`: calls that are owed to customers, and taking one back."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.commands import show
from ari_app.commands.register import application, command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from ari_app.store.callbacks import ListedCallback

LEAST = 4  # characters of an id


def add_to(app: typer.Typer) -> None:
    family = application("Callbacks: calls that are owed to customers.")
    command(family, "list")(listing)
    command(family, "cancel")(cancel)
    app.add_typer(family, name="callbacks")


async def listing(
    terminal: Terminal,
    closed_too: Annotated[bool, typer.Option("--all", help="Those that are closed, too.")] = False,
) -> None:
    """Who is owed a call, in the order of their places in line."""
    from ari_app.commands.database import database
    from ari_app.store import callbacks

    async with database(terminal.site()) as db:
        rows = await callbacks.listed(db, closed_too=closed_too)
    words = terminal.words
    headings = ("callback", "number", "queue", "since", "due", "state", "tries", "last_outcome")
    terminal.answer(
        [asdict(row) for row in rows],
        lambda: (
            show.table([words(heading) for heading in headings], [_line(row) for row in rows])
            if rows
            else words("nothing")
        ),
    )


def _line(row: "ListedCallback") -> list[object]:
    until = f" - {show.local_time(row.due_until)}" if row.due_until else ""
    return [
        str(row.callback_id)[:8],
        row.number,
        row.queue or "-",
        show.local_time(row.place_since or row.booked_at),
        f"{show.local_time(row.due_at)}{until}",
        f"{row.state} {row.reason}" if row.reason else row.state,
        row.tries,
        row.last_outcome or "-",
    ]


async def cancel(
    terminal: Terminal,
    callback: Annotated[
        str, typer.Argument(help="First characters of its id, or the customer's number.")
    ],
    why: Annotated[str, typer.Option("--why", help="The reason; it is kept.")],
) -> None:
    """Take a callback back; the customer is not called."""
    import getpass

    from ari_app.commands.database import database
    from ari_app.commands.trouble import NotPossible
    from ari_app.domain.errors import NotFound
    from ari_app.store import callbacks

    if len(callback) < LEAST:
        raise typer.BadParameter(f"{callback!r} is too short; {LEAST} characters at least")
    async with database(terminal.site()) as db:
        found = await callbacks.matching(db, callback.lower())
        if not found:
            raise NotFound("callback", callback)
        if len(found) > 1:
            cure = "give more of its id: " + ", ".join(str(one)[:13] for one in found)
            raise NotPossible(f"{callback} is the beginning of several callbacks", cure)
        if not await callbacks.cancel(db, found[0], who=getpass.getuser(), why=why):
            raise NotPossible(
                f"callback {found[0]} is not due", "`hotline callbacks list --all` says what it is"
            )
    document = {"callback": found[0], "state": "cancelled", "why": why}
    terminal.answer(document, lambda: f"{found[0]} {terminal.words('cancelled')}")
