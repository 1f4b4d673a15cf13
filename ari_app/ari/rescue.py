"""What unsticking does in Asterisk: ends a leg, gives a caller to the fallback."""

import asyncio
from collections.abc import Awaitable

from ari_app.ari.client import Ari
from ari_app.domain.errors import NotFound, Unavailable

STEP_SECONDS = 5.0


class AriRescue:
    """A channel that is gone needs nothing done to it. Raises Unavailable, or AriRefused for a
    channel that no application has."""

    def __init__(self, ari: Ari) -> None:
        self._ari = ari

    async def hang_up(self, channel_id: str) -> None:
        await _within(self._ari.channels.hangup(channel_id, reason="normal"))

    async def to_fallback(self, channel_id: str) -> None:
        channels = self._ari.channels
        await _within(
            channels.continue_in_dialplan(
                channel_id, context="app-fallback", extension="s", priority=1
            )
        )


async def _within(work: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(STEP_SECONDS):
            await work
    except TimeoutError as error:
        raise Unavailable("Asterisk does not answer") from error
    except NotFound:
        return
