"""Is a connection still the way on which Asterisk tells our application everything?

When Asterisk notices late that an earlier connection of ours is dead, it takes the application of
that name from whoever has it now. The socket of the new one stays open and answers every request;
only events come no more, and as long as channels are subscribed to even the application is still
there. So what is asked for here is an event, and it has to come back on the same connection; or any
other does, for in a flood ours stands behind thousands.
"""

import asyncio
from typing import Never

from ari_app.ari.events import ChannelUserevent, Event
from ari_app.ari.operations.events import Events
from ari_app.ari.options import Options
from ari_app.ari.pending import LATE
from ari_app.ari.resource import Transport
from ari_app.domain.errors import HotlineError, NotFound

NAME = "pulse"


class Lost(Exception):
    """The connection is no longer usable; the text says why."""


class Pulse:
    def __init__(self, app: str, connection: Transport, options: Options) -> None:
        self._app = app
        self._events = Events(connection)
        self._options = options
        self._echo: asyncio.Future[None] | None = None

    def is_own(self, event: Event) -> bool:
        """For every event that comes: those that we asked for are nobody else's business."""
        if self._echo is not None and not self._echo.done():
            self._echo.set_result(None)
        return type(event) is ChannelUserevent and event.eventname == NAME

    async def watch(self) -> Never:
        """Often at first: what an earlier connection left on its way arrives right after the wire
        is mended, and callers get the fallback until that is noticed.

        Raises:
            Lost: nothing came back.
        """
        pause = self._options.first_ping
        while True:
            await asyncio.sleep(min(pause, self._options.ping_interval))
            pause *= 2
            self._echo = asyncio.get_running_loop().create_future()
            asked = asyncio.create_task(self._events.user_event(NAME, self._app))
            try:
                await self._until(asked, self._options.ping_timeout, "no answer to ping")
                asked.result()
                await self._until(self._echo, self._options.echo_timeout, "it brings no events")
            except NotFound as error:
                raise Lost(f"Asterisk has no application {self._app} any more") from error
            except HotlineError as error:
                raise Lost(f"no answer to ping: {error}") from error
            finally:
                asked.cancel()

    async def _until(self, done: asyncio.Future[None], seconds: float, else_lost: str) -> None:
        # A second, short look: after a stall of our own the answer may lie unread.
        for timeout in (seconds, LATE):
            if done.done():
                return
            await asyncio.wait({done}, timeout=timeout)
        if not done.done():
            raise Lost(else_lost)
