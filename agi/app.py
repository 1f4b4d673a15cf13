"""Builds the FastAGI server from its parts and runs it until a signal ends it."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from functools import partial

from agi.database import Database, open_database
from agi.handlers import (
    agent_code,
    call_ended,
    customer_lookup,
    fallback_route,
    open_hours,
    ping,
    route_call,
    say_value,
    ticket_status,
)
from agi.server import AgiServer, Script
from agi.stored import StoredAgents, StoredCustomers, StoredPhones, StoredSchedules
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


def scripts(database: Database, time_zone: str = "UTC") -> Mapping[str, Script]:
    """What `agi://host/<name>` runs.

    Args:
        time_zone: in which opening hours are meant.
    """
    return {
        "route_call": partial(route_call.handle, routes=StoredRoutes(database)),
        "call_ended": partial(call_ended.handle, ledger=StoredLedger(database)),
        "customer_lookup": partial(customer_lookup.handle, customers=StoredCustomers(database)),
        "ticket_status": partial(ticket_status.handle, tickets=ticket_status.NoTickets()),
        "open_hours": partial(open_hours.handle, schedules=StoredSchedules(database, time_zone)),
        "agent_code": partial(agent_code.handle, agents=StoredAgents(database)),
        "say_value": say_value.handle,
        "fallback_route": partial(fallback_route.handle, phones=StoredPhones(database)),
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
        server = AgiServer(scripts(database, settings.time_zone))
        async with server.listening(settings.agi_host, settings.agi_port) as port:
            log.info("agi listens", extra={"host": settings.agi_host, "port": port})
            await stop.wait()
            log.info("agi stops", extra={"open": server.counters.open_connections})
