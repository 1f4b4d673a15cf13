"""`hotline restart`: one part anew, the others as they are."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from ari_app.site.layout import Site


class Restarted(StrEnum):
    ENGINE = "engine"
    AGI = "agi"
    WATCHDOG = "watchdog"
    ASTERISK = "asterisk"


def add_to(app: typer.Typer) -> None:
    command(app, "restart")(restart)


async def restart(
    terminal: Terminal,
    parts: Annotated[
        list[Restarted] | None, typer.Argument(help="Of these; without one, the engine.")
    ] = None,
) -> None:
    """Stop and start parts of the site: engine, agi, watchdog; asterisk ends all calls."""
    from ari_app.commands.site import Stopwatch
    from ari_app.site.installation import Installation

    site: Site = terminal.site()
    watch = Stopwatch(terminal.say)
    await Installation(site).restart(parts or [Restarted.ENGINE], watch.begins)
    watch.begins("")
    terminal.answer({"site": site.folder, "seconds": watch.seconds}, lambda: None)
