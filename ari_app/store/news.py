"""Hears at once of what others changed: PostgreSQL's LISTEN."""

import asyncio
from collections.abc import Callable

from ari_app.store.db import Connect, reaching


async def listen(connect: Connect, channel: str, heard: Callable[[], object]) -> None:
    """Calls `heard` once it listens, and for each word on `channel`; returns when the connection
    is lost: what was said from then on was not heard.

    Raises:
        Unavailable: PostgreSQL cannot be reached.
    """
    connection = await connect()
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())

    def on_word(*_: object) -> None:
        heard()

    try:
        with reaching():
            await connection.add_listener(channel, on_word)
            heard()
            await lost.wait()
    finally:
        connection.terminate()
