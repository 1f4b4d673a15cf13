"""Runs one flow per caller, whatever happens to it, and closes the record."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from ari_app import breakpoints
from ari_app.domain.call import CallFacts, read_arrival
from ari_app.domain.closing import owed
from ari_app.domain.errors import CallerHungUp, HotlineError, Unavailable
from ari_app.domain.facts import (
    CallAnswered,
    CallArrived,
    CallEnded,
    EndReason,
    EventType,
    LegAnswered,
    LegEnded,
    LegRole,
    LegStarted,
    Outcome,
    PlaceKind,
)
from ari_app.domain.flow import Flow
from ari_app.domain.hangup import caller_gone
from ari_app.domain.recording import EndedRecording
from ari_app.domain.witness import CallKey
from ari_app.flows.active import ActiveCall
from ari_app.flows.beside import beside
from ari_app.flows.outside_line import NoOutsideLine, OutsideLine
from ari_app.flows.runner import Resumption, run_flows
from ari_app.ports import Clock, Journal, Leg, Line, Room, Speech
from ari_app.workers.invites import Invites
from ari_app.workers.letting_go import LettingGo
from ari_app.workers.live_tasks import LiveTasks
from ari_app.workers.reception import Reception

log = logging.getLogger(__name__)

OpenRoom = Callable[[str, str], Room]
RETRY_SECONDS = 1.0
SERVED = 100  # calls that ended last: their arrival may be told again, late


class SavedCall(Protocol):
    """The saved step of a call, as store.calls.OpenCall has it."""

    @property
    def step(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def flow(self) -> str: ...
    @property
    def flow_node(self) -> str: ...
    @property
    def state(self) -> Mapping[str, Any]: ...


class Calls:
    """`live` holds every call whose flow runs here, by id."""

    def __init__(
        self,
        open_room: OpenRoom,
        line: Line,
        journal: Journal,
        clock: Clock,
        reception: Reception,
        over: Callable[[EndedRecording, Outcome], object],
    ) -> None:
        """`over` is told of each call that ended; it must not wait."""
        self._open_room = open_room
        self._line = line
        self._journal = journal
        self._clock = clock
        self._reception = reception
        self._over = over
        self._tasks = LiveTasks("call")
        self.live: dict[UUID, ActiveCall] = {}
        self._served: dict[UUID, None] = {}  # in order
        self._invites = Invites()
        self.speech: Speech | None = None  # what flows listen with
        self.outside: OutsideLine = NoOutsideLine()
        self.begun = 0  # since this process started; adopted ones too

    def arrived(
        self,
        app: str,
        channel_id: str,
        arguments: Sequence[str],
        node: str,
        sip_id: str = "",
        *,
        inherited: bool = False,
    ) -> None:
        """A channel entered the application with what the dialplan says of it. Listens to it at
        once: its next event may be right behind.

        Args:
            sip_id: SIP's Call-ID; a second live channel with the same is refused.
            inherited: it did so before this process was there.
        """
        try:
            facts = read_arrival(arguments, node=node)
        except ValueError:
            log.warning("a channel without a call id", extra={"channel": channel_id})
            self._give_back(app, channel_id)
            return
        if facts.id in self.live or facts.id in self._served:
            return  # told twice: found by recovery, and in the events that waited for it
        call = self._meet(app, channel_id, facts)
        if inherited:
            call.leg.inherited()
        flow = self._reception.route(call)
        if self._invites.is_copy(sip_id, facts.id):
            call.end_reason = EndReason.REFUSED
            log.warning("the same INVITE came twice", extra={"call_id": str(facts.id)})
        else:
            self._reception.greet(call, flow)
        task = self._tasks.start(self._serve(call, flow, None), str(facts.id))
        task.add_done_callback(lambda _: self._invites.over(sip_id, facts.id))

    async def bring_flows(self, versions: Collection[str]) -> object:
        """What calls of an earlier process began with, for as long as the answer is held: before
        they are adopted. Raises Unavailable."""
        return await self._reception.flows.bring(versions)

    def adopted(self, app: str, channel_id: str, facts: CallFacts, saved: SavedCall) -> None:
        """A call that an earlier process served, found alive: goes on from its saved step."""
        call = self._meet(app, channel_id, facts)
        call.leg.inherited()
        call.step = saved.step
        call.facts.remember(saved.state)
        call.reached(Outcome(saved.state.get("outcome", call.outcome)))
        resumption = Resumption(saved.flow_node, PlaceKind(saved.kind), saved.state)
        if resumption.kind is PlaceKind.TALK:
            # That step is saved a moment before the two are joined; by now they have been.
            call.reached(Outcome.TALKED)
        flow = self._reception.back(call, saved.state.get("flows", ""), saved.flow)
        self._tasks.start(self._serve(call, flow, resumption), str(facts.id))

    def begin(self, room: Room, leg: Leg, facts: CallFacts) -> ActiveCall:
        """A call that we make: live from now on, until `called` is over or `forget` is called."""
        self.begun += 1
        call = self.live[facts.id] = self._active(room, leg, facts)
        return call

    async def called(
        self, call: ActiveCall, flow: Flow, resumption: Resumption, events: "asyncio.Task[None]"
    ) -> None:
        """The customer of `begin` answered: goes on as if a process before had got so far.

        Args:
            events: of the call's room, which whoever opened it closes.
        """
        try:
            await self._run(call, flow, resumption, events)
        finally:
            self.forget(call)

    def forget(self, call: ActiveCall) -> None:
        if self.live.pop(call.facts.id, None) is not None:
            self._served[call.facts.id] = None
            if len(self._served) > SERVED:
                del self._served[next(iter(self._served))]

    def lost_with_asterisk(self, at: datetime) -> None:
        """Every channel there was ended then: whoever was here is owed a call back."""
        for call in self.live.values():
            facts, ended_at = call.facts, max(at, call.facts.arrived_at)
            call.end_reason = EndReason.PBX_RESTART
            if facts.caller and call.outcome is not Outcome.NOT_REACHED:
                key = CallKey(facts.id, facts.arrived_at)
                self._journal.write(owed(key, facts.caller, ended_at, facts.customer_id))
            call.room.lost(ended_at)

    def _meet(self, app: str, channel_id: str, facts: CallFacts) -> ActiveCall:
        room = self._open_room(app, str(facts.id))
        return self.begin(room, room.leg(channel_id), facts)

    def _active(self, room: Room, leg: Leg, facts: CallFacts) -> ActiveCall:
        return ActiveCall(
            facts=facts,
            leg=leg,
            line=self._line,
            room=room,
            journal=self._journal,
            clock=self._clock,
            hours=self._reception.hours,
            flows=self._reception.flows.now,
            enquiries=self._reception.enquiries,
            speech=self.speech,
            outside=self.outside,
        )

    def _give_back(self, app: str, channel_id: str) -> None:
        """None of our flows can serve it, but somebody is on the line."""
        room = self._open_room(app, channel_id)
        self._tasks.start(_given_back(room, room.leg(channel_id)), channel_id)

    async def _serve(self, call: ActiveCall, flow: Flow, resumption: Resumption | None) -> None:
        try:
            async with beside(call.room.run(), f"events of {call.facts.id}") as events:
                await self._run(call, flow, resumption, events)
        except asyncio.CancelledError:  # nobody means to: what the call holds may never be freed
            log.exception("a call was cancelled", extra={"call_id": str(call.facts.id)})
            raise
        finally:
            self.forget(call)
            call.room.close()

    async def _run(
        self,
        call: ActiveCall,
        flow: Flow,
        resumption: Resumption | None,
        events: "asyncio.Task[None]",
    ) -> None:
        started_at, is_ours = self._clock.now(), True
        try:
            if resumption is None:
                await self._reception.identify(call)
                breakpoints.at("call.met")
                self._write_start(call, flow.name)
                breakpoints.at("call.started")
            else:
                started_at = _recorded_from(call, resumption)
            with LettingGo(CallerHungUp):
                async with asyncio.TaskGroup() as group:
                    until = _until_hung_up(call, events)
                    watch = group.create_task(until, name=f"hang-up of {call.facts.id}")
                    await self._flow(call, flow, resumption)
                    watch.cancel()
        except* CallerHungUp:
            pass  # the normal end of most calls; the outcome is whatever was reached
        except* Exception:
            if call.end_reason is not EndReason.PBX_RESTART:
                call.end_reason = EndReason.FAULT
            log.exception("flow failed", extra={"call_id": str(call.facts.id), "step": call.at})
            is_ours = not await _rescued(call.leg, call.language)
        if not is_ours:
            return  # the dialplan serves it now; `call_ended` and the event log close the record
        if not call.leg.is_gone:
            await call.leg.hang_up()
        breakpoints.at("call.ending")
        self._write_end(call, started_at)

    async def _flow(self, call: ActiveCall, flow: Flow, resumption: Resumption | None) -> None:
        if resumption is not None:
            await run_flows(call, flow, resumption)
            return
        async with beside(self._take(call), f"taking of {call.facts.id}"):
            self._write_answered(call)
            breakpoints.at("call.answered")
            if call.end_reason is not EndReason.REFUSED:
                await run_flows(call, flow)

    async def _take(self, call: ActiveCall) -> None:
        await self._line.unhurried()
        await call.leg.take()

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
        call.happened(EventType.ARRIVED, flow=flow, version=call.flows.version)

    def _write_answered(self, call: ActiveCall) -> None:
        """The dialplan answers right before it hands a call over."""
        key = _key(call, self._clock.now())
        self._journal.write(CallAnswered(**key), LegAnswered(**key, leg_id=call.leg.id))
        call.happened(EventType.ANSWERED)

    def _write_end(self, call: ActiveCall, started_at: datetime) -> None:
        facts, cause = call.facts, call.leg.cause
        now = call.leg.ended_at or self._clock.now()
        key = _key(call, now)
        if call.end_reason is EndReason.CALLER_HUNG_UP:
            call.end_reason = caller_gone(cause)
        reason, outcome = call.end_reason, call.outcome_in_the_end
        call.happened(EventType.ENDED, reason=reason.value, outcome=outcome.value)
        self._journal.write(
            LegEnded(**key, leg_id=call.leg.id, hangup_cause=cause),
            CallEnded(**key, outcome=outcome, end_reason=reason, hangup_cause=cause),
        )
        breakpoints.at("call.ended")
        ended = EndedRecording(
            call_id=facts.id,
            arrived_at=facts.arrived_at,
            started_at=started_at,
            ended_at=now,
        )
        self._over(ended, outcome)


def _recorded_from(call: ActiveCall, resumption: Resumption) -> datetime:
    answered_at = resumption.state.get("answered")  # of a call that we made
    return datetime.fromisoformat(answered_at) if answered_at else call.facts.arrived_at


def _key(call: ActiveCall, now: datetime) -> dict[str, Any]:
    return {"call_id": call.facts.id, "arrived_at": call.facts.arrived_at, "at": now}


async def _until_hung_up(call: ActiveCall, events: "asyncio.Task[None]") -> None:
    """Whoever hears no events any more would never hear of the end either: that is a fault."""
    async with beside(call.leg.gone(), f"end of {call.facts.id}") as gone:
        await asyncio.wait((gone, events), return_when=asyncio.FIRST_COMPLETED)
    if not call.leg.is_gone:
        events.result()
    raise CallerHungUp(call.leg.id)


async def _rescued(leg: Leg, language: str = "") -> bool:
    """A fault of ours is not the caller's: the dialplan takes over, once Asterisk can be told."""
    while not leg.is_gone:
        try:
            await leg.fall_back("flow", language)
            return True
        except Unavailable:
            await asyncio.sleep(RETRY_SECONDS)
        except HotlineError:
            return False
    return False


async def _given_back(room: Room, leg: Leg) -> None:
    try:
        async with beside(room.run(), f"events of {leg.id}"):
            await _rescued(leg)
    finally:
        room.close()
