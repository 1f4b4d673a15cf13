"""`hotline migrate`."""

from typing import TYPE_CHECKING

from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    import typer


def add_to(app: "typer.Typer") -> None:
    command(app, "migrate")(migrate)


async def migrate(terminal: Terminal) -> None:
    """Bring the site's database to the newest schema; safe to repeat."""
    from ari_app.store import migrate as schema

    applied = await schema.migrate(terminal.site().owner_url)
    said = "\n".join(applied) or terminal.words("up_to_date")
    terminal.answer({"applied": applied}, lambda: said)
