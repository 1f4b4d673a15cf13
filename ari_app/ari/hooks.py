"""What an application is told about connections; set what you need before `run()`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ari_app.ari.events import Event


async def _nothing_to_reconcile(app: str, first: bool) -> None:
    """Default of on_connected."""


def _ignore(*_: object) -> None:
    """Default of the others."""


@dataclass
class Hooks:
    """Those that are no coroutines are called from the reader and must not block.

    on_connected(app, first)  compare the world with what you believe; events wait meanwhile
    on_lost(app, reason)      the requests in flight have failed already
    on_stray(event, app)      an event that no inbox follows, such as a new call's StasisStart
    on_fenced(app)            another program took over the app name: stop acting
    still_ours()              another connection took it over: was that us? An attempt given up
                              long ago may reach an Asterisk that was stuck. Until it is answered
                              nothing is sent; without it, it was another program
    """

    on_connected: Callable[[str, bool], Awaitable[None]] = _nothing_to_reconcile
    on_lost: Callable[[str, str], None] = _ignore
    on_stray: Callable[[Event, str], None] = _ignore
    on_fenced: Callable[[str], None] = _ignore
    still_ours: Callable[[], Awaitable[bool]] | None = None
