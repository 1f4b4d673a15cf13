"""Where a command's answer goes: tables and lines for people, one JSON document for programs."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ari_app.commands import show
from ari_app.commands.words import Words

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from ari_app.site.layout import Site


@dataclass(slots=True)
class Terminal:
    """What the options common to all commands said."""

    folder: Path | None = None
    as_json: bool = False
    words: Words = field(default_factory=lambda: Words("en"))
    _console: "Console | None" = None

    @property
    def console(self) -> "Console":
        if self._console is None:
            self._console = show.console(sys.stdout)
        return self._console

    def say(self, text: object, style: str | None = None) -> None:
        """A line while the work goes on; nothing with --json."""
        if not self.as_json:
            self.console.print(text, style=style)

    def answer(self, document: Any, picture: "Callable[[], RenderableType | None]") -> None:
        """The document with --json, else its picture."""
        if self.as_json:
            sys.stdout.write(encoded(document))
        elif (drawn := picture()) is not None:
            self.console.print(drawn)

    def site_folder(self) -> Path:
        """--site, else HOTLINE_SITE, else `.runtime` in the source tree."""
        from ari_app.site.layout import SOURCE

        named = self.folder or os.environ.get("HOTLINE_SITE")
        return Path(named).expanduser().absolute() if named else SOURCE / ".runtime"

    def site(self) -> "Site":
        """Raises: NotFound when it was never made."""
        from ari_app.site.layout import Site

        return Site.load(self.site_folder())


def encoded(document: Any) -> str:
    """JSON for people and programs alike; paths as text, times in ISO 8601."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(document, enc_hook=str)).decode() + "\n"
