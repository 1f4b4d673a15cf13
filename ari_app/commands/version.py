"""`hotline version`."""

import sys
from typing import TYPE_CHECKING

from ari_app.commands import show
from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    import typer


def add_to(app: "typer.Typer") -> None:
    command(app, "version")(version)


def version(terminal: Terminal) -> None:
    """Versions of the hotline, of Python and of the Asterisk it would start."""
    found = {
        "hotline": hotline_version(),
        "python": sys.version.split()[0],
        "asterisk": _asterisk_version(),
    }
    terminal.answer(found, lambda: show.pairs(found.items()))


def hotline_version() -> str:
    """As installed; `source` when run from a checkout that nobody installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("hotline")
    except PackageNotFoundError:
        return "source"


def _asterisk_version() -> str:
    from ari_app.domain.errors import BadSettings
    from ari_app.site.programs import find_asterisk

    try:
        return find_asterisk().version.partition("+")[0]
    except BadSettings as error:
        return str(error)
