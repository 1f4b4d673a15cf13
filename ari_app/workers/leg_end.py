"""Ending a phone's leg such that the phone is free."""

import asyncio
import contextlib

from ari_app.ports import Leg

END_SECONDS = 1.0  # Asterisk takes milliseconds to end a channel


async def hang_up(leg: Leg) -> None:
    """Waits a moment for the end: a phone that is still in a call is busy for the next one."""
    if not leg.is_gone:
        await leg.hang_up()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await leg.gone()
