"""Runs one flow per caller, whatever happens to it, and closes the record."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ari_app.domain.call import CallFacts, read_arrival
from ari_app.domain.errors import CallerHungUp, HotlineError
from ari_app.domain.facts import (
    CallAnswered,
    CallArrived,
    CallEnded,
    EventType,
    LegAnswered,
    LegEnded,
    LegRole,
    LegStarted,
    Outcome,
)
from ari_app.domain.recording import EndedRecording
from ari_app.flows.active import ActiveCall
from ari_app.flows.runner import run_flow
from ari_app.ports import Clock, Journal, Line, Room
from ari_app.workers.flow_book import FlowBook
from ari_app.workers.live_tasks import LiveTasks

log = logging.getLogger(__name__)

OpenRoom = Callable[[str, str], Room]


class Calls:
    """`live` holds every call whose flow runs here, by id."""

    def __init__(
        self,
        open_room: OpenRoom,
        line: Line,
        journal: Journal,
        clock: Clock,
        flows: FlowBook,
        over: Callable[[EndedRecording, Outcome], object],
    ) -> None:
        """`over` is told of each call that ended; it must not wait."""
        self._open_room = open_room
        self._line = line
        self._journal = journal
        self._clock = clock
        self._flows = flows
        self._over = over
        self._tasks = LiveTasks("call")
        self.live: dict[UUID, ActiveCall] = {}

    def arrived(self, app: str, channel_id: str, arguments: Sequence[str], node: str) -> None:
        """A channel entered the application with what the dialplan says of it."""
        try:
            facts, flow = read_arrival(arguments, node=node)
        except ValueError:
            log.warning("a channel without a call id", extra={"channel": channel_id})
            return
        if facts.id not in self.live:
            self._tasks.start(self._serve(app, channel_id, facts, flow), str(facts.id))

    async def _serve(self, app: str, channel_id: str, facts: CallFacts, flow: str) -> None:
        room = self._open_room(app, str(facts.id))
        pump = asyncio.create_task(room.run(), name=f"events of {facts.id}")
        call = ActiveCall(
            facts=facts,
            leg=room.leg(channel_id),
            line=self._line,
            room=room,
            journal=self._journal,
            clock=self._clock,
        )
        self.live[facts.id] = call
        try:
            await self._run(call, flow)
        finally:
            self.live.pop(facts.id, None)
            pump.cancel()
            room.close()

    async def _run(self, call: ActiveCall, flow: str) -> None:
        started_at = self._clock.now()
        self._write_start(call, flow)
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(_until_hung_up(call), name=f"hang-up of {call.facts.id}")
                await self._flow(call, flow)
                watch.cancel()
        except* CallerHungUp:
            pass  # the normal end of most calls; the outcome is whatever was reached
        except* Exception:
            call.outcome = Outcome.FAILED
            log.exception("flow failed", extra={"call_id": str(call.facts.id), "step": call.at})
            await self._rescue(call)
        self._write_end(call, started_at)

    async def _flow(self, call: ActiveCall, name: str) -> None:
        flow = self._flows.get(name)
        await asyncio.gather(call.leg.set_variable("CC_ACK", "1"), call.leg.answer())
        now = self._clock.now()
        key = _key(call, now)
        self._journal.write(CallAnswered(**key), LegAnswered(**key, leg_id=call.leg.id))
        call.happened(EventType.ANSWERED)
        await run_flow(call, flow)

    async def _rescue(self, call: ActiveCall) -> None:
        """A fault of ours is not the caller's: the dialplan takes over."""
        with contextlib.suppress(HotlineError):
            await call.leg.fall_back("flow")

    def _write_start(self, call: ActiveCall, flow: str) -> None:
        facts, now = call.facts, self._clock.now()
        self._journal.write(
            CallArrived(
                call_id=facts.id,
                arrived_at=facts.arrived_at,
                at=now,
                node=facts.node,
                caller=facts.caller,
                dialled=facts.dialled,
                flow=flow,
                language=facts.language,
                priority=facts.priority,
                tier=facts.tier,
                trunk=facts.trunk,
                timeslot=facts.timeslot,
                customer_id=facts.customer_id,
            ),
            LegStarted(
                call_id=facts.id,
                arrived_at=facts.arrived_at,
                at=now,
                leg_id=call.leg.id,
                node=facts.node,
                role=LegRole.CALLER,
                trunk=facts.trunk,
                timeslot=facts.timeslot,
            ),
        )
        call.happened(EventType.ARRIVED, flow=flow)

    def _write_end(self, call: ActiveCall, started_at: datetime) -> None:
        facts, cause = call.facts, call.leg.cause
        now = call.leg.ended_at or self._clock.now()
        key = _key(call, now)
        call.happened(EventType.ENDED, reason=call.end_reason.value, outcome=call.outcome.value)
        self._journal.write(
            LegEnded(**key, leg_id=call.leg.id, hangup_cause=cause),
            CallEnded(**key, outcome=call.outcome, end_reason=call.end_reason, hangup_cause=cause),
        )
        ended = EndedRecording(
            call_id=facts.id,
            arrived_at=facts.arrived_at,
            started_at=started_at,
            ended_at=now,
        )
        self._over(ended, call.outcome)


def _key(call: ActiveCall, now: datetime) -> dict[str, Any]:
    return {"call_id": call.facts.id, "arrived_at": call.facts.arrived_at, "at": now}


async def _until_hung_up(call: ActiveCall) -> None:
    await call.leg.gone()
    raise CallerHungUp(call.leg.id)
