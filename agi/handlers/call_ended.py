"""agi://…/call_ended: close the record of a call, also of one that ari_app never saw.

Runs in the hang-up handler: the channel is dead, only variables can be read.
Reads  HANGUPCAUSE, CC_CALL, CC_ARRIVED, CC_FALLBACK, CC_OUTCOME, CC_FLOW, CC_CALLER, CC_DIALLED,
       CC_TRUNK, CC_TIMESLOT
Sets   nothing
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from agi.session import AgiSession
from ari_app.domain.call_end import READ_AT_END, EndedCall, read_ended_call
from ari_app.domain.errors import Unavailable


class Ledger(Protocol):
    async def call_ended(self, ended: EndedCall) -> None:
        """Close the call's record, and make it first if it is missing.

        Raises Unavailable when it could not be written.
        """


def utc_now() -> datetime:
    return datetime.now(UTC)


async def handle(agi: AgiSession, ledger: Ledger, now: Callable[[], datetime] = utc_now) -> None:
    ended, wrong = read_ended_call(await agi.get_variables(*READ_AT_END), now=now())
    if wrong:
        agi.note(degraded="wrong values", wrong=list(wrong))
    if ended is not None:
        await _write(agi, ledger, ended)


async def _write(agi: AgiSession, ledger: Ledger, ended: EndedCall) -> None:
    agi.note(call_id=str(ended.call_id))
    try:
        await ledger.call_ended(ended)
    except Unavailable as error:
        # Asterisk's own event log has the call too; the log line says which one to look for.
        agi.note(
            degraded=f"record not closed: {error}",
            arrived_at=ended.arrived_at.isoformat(),
            ended_at=ended.ended_at.isoformat(),
            outcome=ended.outcome,
            fallback=ended.fallback,
            pii_caller=ended.caller,
        )
