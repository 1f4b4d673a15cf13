"""Hears at once of what others changed: PostgreSQL's LISTEN."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from ari_app.store.db import Connect, Connection, reaching

QUIET_SECONDS = 30.0  # firewalls forget connections that say nothing, the hastiest after a minute
ANSWER_SECONDS = 5.0


async def listen(
    connect: Connect, channel: str, heard: Callable[[], object], *, quiet: float = QUIET_SECONDS
) -> None:
    """Calls `heard` once it listens, and for each word on `channel`; returns when the connection
    is lost: what was said from then on was not heard.

    Args:
        quiet: after how many seconds PostgreSQL is asked whether it is still there. A connection
            that something in between has forgotten ends without a word.

    Raises:
        Unavailable: PostgreSQL cannot be reached, or is silent.
    """
    connection = await connect()
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())

    def on_word(*_: object) -> None:
        heard()

    try:
        with reaching():
            await _answered(connection, connection.add_listener(channel, on_word))
            heard()
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(quiet):
                        await lost.wait()
                        return
                await _answered(connection, connection.execute("SELECT 1"))
    finally:
        connection.terminate()


async def _answered(connection: Connection, question: Awaitable[object]) -> None:
    """Closes the connection at the deadline: to cancel would mean to ask once more."""
    timer = asyncio.get_running_loop().call_later(ANSWER_SECONDS, connection.terminate)
    try:
        await question
    finally:
        timer.cancel()
