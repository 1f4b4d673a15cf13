"""Builds the FastAGI server from its parts and runs it until a signal ends it."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from functools import partial

from agi.database import Database, open_database
from agi.handlers import call_ended, ping, route_call
from agi.server import AgiServer, Script
from ari_app.domain.call_end import EndedCall
from ari_app.domain.route import Route
from ari_app.settings import Settings
from ari_app.store import calls, routes

log = logging.getLogger(__name__)

WRITE_SECONDS = 3.0  # nobody listens to a call that has ended


class StoredRoutes:
    """Where numbers lead, as the tables have it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def for_number(self, *, dialled: str, caller: str) -> Route:
        return await self._database.ask(
            lambda db: routes.for_number(db, dialled=dialled, caller=caller),
            seconds=route_call.PATIENCE_SECONDS,
        )


class StoredLedger:
    """The call records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def call_ended(self, ended: EndedCall) -> None:
        await self._database.ask(lambda db: calls.note_ended(db, ended), seconds=WRITE_SECONDS)


def scripts(database: Database) -> Mapping[str, Script]:
    """What `agi://host/<name>` runs."""
    return {
        "route_call": partial(route_call.handle, routes=StoredRoutes(database)),
        "call_ended": partial(call_ended.handle, ledger=StoredLedger(database)),
        "ping": ping.handle,
    }


async def run(settings: Settings) -> None:
    """
    Raises:
        ExceptionGroup: with the OSError, when the port is taken.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_database(settings.database_url) as database:
        server = AgiServer(scripts(database))
        async with server.listening(settings.agi_host, settings.agi_port) as port:
            log.info("agi listens", extra={"host": settings.agi_host, "port": port})
            await stop.wait()
            log.info("agi stops", extra={"open": server.counters.open_connections})
