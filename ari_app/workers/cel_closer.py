"""Finishes from Asterisk's event log what the engine did not: calls that ended while it was
away, legs it forgot, and calls nobody but Asterisk saw."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from ari_app.domain.cel import CelRow
from ari_app.domain.closing import (
    Absence,
    BusyAgent,
    Closing,
    OpenRecord,
    close_from_cel,
    legs_over,
    owed,
    record_from_cel,
)
from ari_app.domain.errors import Unavailable
from ari_app.domain.facts import EndReason, LegEnded, Outcome
from ari_app.domain.recording import EndedRecording
from ari_app.domain.witness import hear
from ari_app.ports import Clock, Journal
from ari_app.store import cel, open_records
from ari_app.store.open_records import Unrecorded
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

ROUND_SECONDS = 2.0
GRACE = timedelta(seconds=5)  # the engine's own chance to write the end
NAMELESS_GRACE = timedelta(seconds=15)  # and that of agi's call_ended
MISSED_SECONDS = 20.0  # a channel gone for so long and CEL mute: it will not speak any more
LOOK_BACK = timedelta(days=2)
OVERLAP = timedelta(seconds=30)


class Witnessed(Protocol):
    """The event log's loader."""

    async def catch_up(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the closer asks of others. `is_settled`: no fact of the engine waits to be written;
    `over`: there may be a recording and a message to take care of."""

    asterisk_started_at: Callable[[], Awaitable[datetime]]
    live_channels: Callable[[], Awaitable[Collection[str]]]
    is_live: Callable[[UUID], bool]
    is_settled: Callable[[], bool]
    let_go: Callable[[BusyAgent], object]
    over: Callable[[EndedRecording, Outcome], object]


class CelCloser:
    def __init__(
        self,
        ask: Ask,
        loader: Witnessed,
        journal: Journal,
        clock: Clock,
        node: str,
        around: Surroundings,
    ) -> None:
        self._ask, self._loader, self._journal = ask, loader, journal
        self._clock, self._node, self._around = clock, node, around
        self._missing: dict[UUID, datetime] = {}  # since when
        self._looked_until: datetime | None = None
        self.closed = 0

    async def run(self) -> None:
        """Until cancelled. Starts only once recovery has taken up what lives."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                if self._around.is_settled():
                    await self.round()
            except Unavailable as error:
                log.debug("closing from CEL put off", extra={"error": str(error)})
            except Exception:
                log.exception("closing from CEL failed")

    async def round(self) -> None:
        """Raises: Unavailable."""
        now = self._clock.now()
        await self._close_forgotten_legs(now - GRACE)
        await self._close_legs_that_never_were(now - GRACE)
        started_at = await self._around.asterisk_started_at()
        await self._close_left_behind(now, started_at)
        await self._record_unrecorded(now, started_at)

    async def close_gone_calls(
        self, calls: Collection[UUID], asterisk_started_at: datetime
    ) -> dict[UUID, Closing]:
        """Closes these, whose channels are known to be gone, with what Asterisk says of their
        end; where it says nothing they end now. For recovery. Safe to repeat.

        Raises:
            Unavailable: PostgreSQL or the event log cannot be read; nothing is closed.
        """
        try:
            await self._loader.catch_up()
        except OSError as error:
            log.warning("no event log to close calls from", extra={"error": str(error)})
        absence = Absence(self._clock.now(), await self._last_sign(asterisk_started_at))
        return await self._close(calls, asterisk_started_at, absence)

    # ---- one round ----

    async def _close_forgotten_legs(self, before: datetime) -> None:
        found = await self._ask(lambda db: open_records.with_legs_over(db, self._node, before))
        for call, rows in await self._open(found):
            self._journal.write(*legs_over(call, rows))

    async def _close_legs_that_never_were(self, before: datetime) -> None:
        """The engine died between writing them down and ringing the phone."""
        unseen = await self._ask(lambda db: open_records.unseen_legs(db, self._node, before))
        channels = await self._around.live_channels() if unseen else ()
        for leg in unseen:
            if leg.leg_id not in channels:
                self._journal.write(
                    LegEnded(
                        call_id=leg.call_id,
                        arrived_at=leg.arrived_at,
                        at=leg.started_at,
                        leg_id=leg.leg_id,
                    )
                )

    async def _close_left_behind(self, now: datetime, started_at: datetime) -> None:
        found = await self._ask(lambda db: open_records.unfinished(db, self._node))
        behind = {call for call in found if not self._around.is_live(call)}
        if not behind:
            self._missing.clear()
            return
        channels = await self._around.live_channels()
        gone = [
            call.call_id
            for call, rows in await self._open(behind)
            if (call.caller_channel or hear(rows).caller_channel) not in channels
        ]
        self._missing = {call: self._missing.get(call, now) for call in gone}
        long_gone = [call for call in gone if now - self._missing[call] >= GRACE]
        muted = {call for call in long_gone if self._is_mute(call, now)}
        last_sign = await self._last_sign(started_at) if long_gone else None
        await self._close(set(long_gone) - muted, started_at, Absence(None, last_sign))
        for call in muted:
            await self._close([call], started_at, Absence(self._missing[call], last_sign))

    def _is_mute(self, call: UUID, now: datetime) -> bool:
        return (now - self._missing[call]).total_seconds() > MISSED_SECONDS

    async def _record_unrecorded(self, now: datetime, started_at: datetime) -> None:
        log_read = await self._ask(lambda db: cel.watched(db, self._node))
        if log_read is None:
            return
        until = min(now, log_read.until) - NAMELESS_GRACE
        since = self._looked_until - OVERLAP if self._looked_until else until - LOOK_BACK
        found = await self._ask(
            lambda db: open_records.unrecorded(db, self._node, since, until, started_at)
        )
        for arrival in found:
            await self._record(arrival, started_at)
        self._looked_until = until

    async def _record(self, arrival: Unrecorded, started_at: datetime) -> None:
        rows = await self._ask(lambda db: cel.rows_of_linked(db, self._node, arrival.unique_id))
        call = record_from_cel(rows, started_at, await self._last_sign(started_at))
        if call is None or self._around.is_live(call.key.call_id):
            return
        key, name, node = call.key, arrival.unique_id, self._node
        if arrival.call_id is None:
            await self._ask(lambda db: open_records.name(db, node, name, key.call_id))
        await self._ask(lambda db: open_records.note_witnessed(db, node, call))
        if call.end_reason is EndReason.PBX_RESTART and call.caller:
            self._journal.write(owed(key, call.caller, call.end.at))
        log.warning("a call that only Asterisk saw", extra={"call_id": str(key.call_id)})
        ended = EndedRecording(*key, started_at=key.arrived_at, ended_at=call.end.at)
        self._around.over(ended, call.outcome)

    # ---- closing ----

    async def _close(
        self, calls: Collection[UUID], started_at: datetime, absence: Absence
    ) -> dict[UUID, Closing]:
        closings: dict[UUID, Closing] = {}
        for call, rows in await self._open(calls):
            closing = close_from_cel(call, rows, started_at, absence)
            if closing is not None:
                closings[call.call_id] = closing
                self._write(call, closing)
        return closings

    def _write(self, call: OpenRecord, closing: Closing) -> None:
        self._journal.write(*closing.facts)
        for agent in closing.agents:
            self._around.let_go(agent)
        ended = EndedRecording(
            call_id=call.call_id,
            arrived_at=call.arrived_at,
            started_at=call.answered_at or call.arrived_at,
            ended_at=closing.ended_at,
        )
        self._around.over(ended, closing.outcome)
        self.closed += 1
        log.info(
            "closed from CEL",
            extra={"call_id": str(call.call_id), "reason": closing.end_reason.value},
        )

    async def _open(self, calls: Collection[UUID]) -> list[tuple[OpenRecord, list[CelRow]]]:
        if not calls:
            return []
        records = await self._ask(lambda db: open_records.load(db, calls))
        rows = await self._ask(lambda db: cel.rows_of(db, calls))
        return [(record, rows[record.call_id]) for record in records]

    async def _last_sign(self, started_at: datetime) -> datetime | None:
        return await self._ask(lambda db: cel.last_before(db, self._node, started_at))
