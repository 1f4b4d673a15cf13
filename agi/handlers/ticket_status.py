"""agi://…/ticket_status,serial: how far is this work order 工单?

Reads  nothing; the serial number is the argument: letters and digits, as keyed or spoken
Sets   CC_RESULT (found, unknown, wrong, unavailable; no_such_system while this site keeps no
       work orders), CC_STATUS (open, waiting, done or cancelled; empty unless found)
"""

import re
from enum import StrEnum
from typing import Protocol

from agi.answered import NoSuchSystem, Result, argument, asked
from agi.session import AgiSession

SERIAL = re.compile(r"[A-Za-z0-9-]{1,32}")


class TicketStatus(StrEnum):
    OPEN = "open"
    WAITING = "waiting"  # for the customer
    DONE = "done"
    CANCELLED = "cancelled"


class Tickets(Protocol):
    async def status(self, serial: str) -> TicketStatus:
        """Raises NotFound, Unavailable, or NoSuchSystem."""


class NoTickets:
    """A site that keeps no work orders."""

    async def status(self, serial: str) -> TicketStatus:  # noqa: ARG002
        raise NoSuchSystem


async def handle(agi: AgiSession, tickets: Tickets) -> None:
    serial, status = argument(agi, 0), None
    result = Result.WRONG
    if SERIAL.fullmatch(serial):
        result, status = await asked(agi, tickets.status(serial.upper()))
    await agi.set_variables(CC_RESULT=result.value, CC_STATUS=status.value if status else "")
