"""One callback's turn: it waits in line, an agent takes it, the customer is called.

    in line      as a stand-in, for as long as it takes; whoever runs it may cancel that
    agent first  the phone rings, shows Callback and the number, and says so when it is answered
    dialled      through the outbound gate, while the agent hears it ring
    answered     the recording begins, both are joined, the flow goes on as after any talk
    in vain      the agent is told why and free at once; due again, or given up

Why the agent first: docs/decisions/0010. The call's record begins with the first offer. Its saved
step is the talk before anything is dialled: a process that dies leaves a customer who answered to
the next one, and no second call.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4, uuid5

from ari_app.domain.attempt import AttemptOutcome, CallbackEnd, Purpose
from ari_app.domain.call import CallFacts
from ari_app.domain.callback import Owed, Retry, after_try
from ari_app.domain.errors import CallerHungUp, HotlineError, NotReached, Unavailable
from ari_app.domain.facts import (
    CallAnswered,
    CallArrived,
    CallEnded,
    EndReason,
    EventType,
    Fact,
    LegEnded,
    LegRole,
    Outcome,
    PlaceKind,
)
from ari_app.domain.flow import Flow
from ari_app.domain.outbound_facts import CallbackClosed, CallbackPutOff
from ari_app.flows.active import ActiveCall
from ari_app.flows.beside import beside
from ari_app.flows.outside_line import OutsideWish
from ari_app.flows.runner import Resumption
from ari_app.ports import Clock, Journal, Leg, Reached, Room
from ari_app.workers.calls import Calls
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.outbound.gate import Dialling, OutboundGate
from ari_app.workers.outbound.stand_in import StandIn

log = logging.getLogger(__name__)

CONTEXT = "app-called"  # of the dialplan: records the customer, and comes back
SAID = ("callback-for-you",)
RINGING = ("tone:ring",)
SAID_AFTER: Mapping[AttemptOutcome, tuple[str, ...]] = {
    AttemptOutcome.BUSY: ("callback-customer-busy",),
    AttemptOutcome.NO_ANSWER: ("callback-no-answer",),
}
NOT_DIALLED = ("callback-not-dialled",)
SAY_SECONDS = 10.0
SOON = timedelta(seconds=60)  # to the next try after one that was not the customer's doing


class CallingRoom(Room, Protocol):
    async def reenter(self, leg: Leg, context: str) -> Leg:
        """As ari.room.Room."""


@dataclass(frozen=True, slots=True)
class Switchboard:
    """What every turn needs. `where`: the flow that goes on after the talk, and its node of the
    queue; None where no flow leads there any more."""

    dispatcher: Dispatcher
    gate: OutboundGate
    calls: Calls
    open_room: Callable[[str, str], CallingRoom]
    journal: Journal
    clock: Clock
    where: Callable[[Owed], tuple[Flow, str] | None]
    app: str
    node: str
    retry: Retry


class Turn:
    def __init__(self, board: Switchboard, owed: Owed) -> None:
        self._board = board
        self.owed = owed
        self.is_dialled = False  # from here on nothing takes it back
        self._facts = _facts(board, owed)
        self._is_settled = False
        self._call: ActiveCall | None = None
        self._where = board.where(owed)
        self._ended = EndReason.FLOW_ENDED

    async def run(self) -> None:
        """Until it is over, in whatever way; cancelled while it waits it leaves no trace but its
        offers."""
        board, facts = self._board, self._facts
        if self._where is None:
            self._write(self._closed(CallbackEnd.GIVEN_UP, "no_flow"))
            return
        room = board.open_room(board.app, str(facts.id))
        try:
            async with beside(room.run(), f"events of {facts.id}") as events:
                place = StandIn(
                    board.dispatcher,
                    facts,
                    room,
                    self.owed.queue,
                    self.owed.place_since,
                    lambda: self._begin(room),
                )
                async with board.dispatcher.standing(place):
                    reached = await _first(place.agent(), events)
                    self.is_dialled = True
                    await self._serve(place, reached, room, events)
        finally:
            self._end()
            room.close()

    # ---- with an agent ----

    async def _serve(
        self,
        place: StandIn,
        reached: Reached,
        room: CallingRoom,
        events: "asyncio.Task[None]",
    ) -> None:
        call, (flow, node) = self._begun()
        state = {
            "agent": reached.agent_id,
            "leg": reached.leg.id,
            "bridge": f"{call.facts.id}-talk",
            "queue": self.owed.queue,
        }
        call.placed(PlaceKind.TALK, **state)
        language = self._board.dispatcher.roster.seat(reached.agent_id).member.language
        dialling = self._dialling(reached.leg)
        try:
            customer = await self._dialled(reached.leg, language, room, dialling)
            if customer is None:
                place.was_in_vain = reached.leg.is_gone is False
                return
            answered_at = self._board.clock.now()
            call.leg = await room.reenter(customer, CONTEXT)
        except (CallerHungUp, Unavailable) as error:
            log.warning("lost on the way to the agent: %s", error, extra=self._extra)
            self._put_off(AttemptOutcome.CANCELLED, "hung_up")
            place.was_in_vain = True
            self._over(dialling)
            return
        self._write(CallAnswered(**{**self._now(), "at": answered_at}))
        state["answered"] = answered_at.isoformat()
        call.placed(PlaceKind.TALK, **state)
        call.happened(EventType.JOINED, agent=reached.agent_id, bridge=state["bridge"])
        self._settle(self._closed(CallbackEnd.DONE, "talked"))
        await self._board.journal.durable()
        place.is_handed_over = True
        self._call = None  # its end is up to the flow
        try:
            resumption = Resumption(node, PlaceKind.TALK, state)
            await self._board.calls.called(call, flow, resumption, events)
        finally:
            self._board.gate.over(dialling.attempt_id)

    async def _dialled(
        self, agent: Leg, language: str, room: CallingRoom, dialling: Dialling
    ) -> Leg | None:
        """The customer's leg; None when it came to nothing, which is written then."""
        call_id = self._facts.id
        dial = self._board.gate.dial(self._facts, room, dialling)
        async with (
            beside(_company(agent, language), f"company of {agent.id}"),
            beside(agent.gone(), f"end of {agent.id}") as gone,
            beside(dial, f"dialling for {call_id}") as dialled,
        ):
            await asyncio.wait((gone, dialled), return_when=asyncio.FIRST_COMPLETED)
        if dialled.cancelled():
            self._ended = EndReason.AGENT_HUNG_UP
            self._put_off(AttemptOutcome.CANCELLED, "agent_hung_up")
            return None
        try:
            return dialled.result()
        except NotReached as error:
            self._put_off(error.outcome, error.reason or error.outcome.value)
            await _tell(agent, language, SAID_AFTER.get(error.outcome, NOT_DIALLED))
            return None

    def _dialling(self, agent: Leg) -> Dialling:
        owed = self.owed
        return Dialling(
            uuid5(owed.id, f"attempt/{owed.tries + 1}"),
            f"{self._facts.id}-c1",
            LegRole.CALLER,
            agent.id,
            OutsideWish(owed.number, Purpose.CALLBACK, owed.dialled),
            callback_id=owed.id,
            variables=_handed_over(self._facts, self._board.app),
        )

    # ---- the record ----

    def _begin(self, room: CallingRoom) -> None:
        """With the first offer, by the flows of that moment."""
        self._where = self._board.where(self.owed) or self._where
        assert self._where is not None, "run looked"
        (flow, node), facts = self._where, self._facts
        call = self._board.calls.begin(room, room.leg(f"{facts.id}-c1"), facts)
        call.outcome = Outcome.NOT_REACHED
        call.flow, call.flow_version, call.at = flow.name, flow.version, node
        self._call = call
        self._write(
            CallArrived(
                **self._now(),
                node=facts.node,
                caller=facts.caller,
                dialled=facts.dialled,
                flow=flow.name,
                language=facts.language,
                priority=facts.priority,
                tier=facts.tier,
                trunk=facts.trunk,
                customer_id=facts.customer_id,
                callback_id=self.owed.id,
            )
        )

    def _begun(self) -> tuple[ActiveCall, tuple[Flow, str]]:
        assert self._call is not None, "an agent is reached by an offer"
        assert self._where is not None, "run looked"
        return self._call, self._where

    def _end(self) -> None:
        """Of a call whose customer was not reached."""
        call, self._call = self._call, None
        if call is None:
            return
        self._board.calls.forget(call)
        with contextlib.suppress(HotlineError):  # fenced: whoever is in charge closes it
            if self.is_dialled and not self._is_settled:  # a fault of ours
                self._put_off(AttemptOutcome.CANCELLED, "fault")
            reason, outcome = self._ended, Outcome.NOT_REACHED
            call.happened(EventType.ENDED, reason=reason.value, outcome=outcome.value)
            self._write(CallEnded(**self._now(), outcome=outcome, end_reason=reason))

    def _over(self, dialling: Dialling) -> None:
        self._board.gate.over(dialling.attempt_id)
        self._write(LegEnded(**self._now(), leg_id=dialling.leg_id))

    def _put_off(self, outcome: AttemptOutcome, reason: str) -> None:
        """What is the customer's doing waits; what is ours is tried again soon."""
        now, retry = self._board.clock.now(), self._board.retry
        if outcome in {AttemptOutcome.CANCELLED, AttemptOutcome.REFUSED}:
            retry = replace(retry, seconds=SOON.total_seconds())
        due_at = after_try(self.owed, now, retry)
        if due_at is None:
            self._settle(self._closed(CallbackEnd.GIVEN_UP, reason))
        else:
            self._settle(CallbackPutOff(at=now, callback_id=self.owed.id, due_at=due_at))

    def _settle(self, fact: CallbackClosed | CallbackPutOff) -> None:
        """Once: what the attempt has claimed is somebody's again."""
        self._is_settled = True
        self._write(fact)

    def _closed(self, end: CallbackEnd, reason: str) -> CallbackClosed:
        now = self._board.clock.now()
        return CallbackClosed(at=now, callback_id=self.owed.id, end=end, reason=reason)

    def _write(self, *facts: Fact) -> None:
        self._board.journal.write(*facts)

    def _now(self) -> dict[str, Any]:
        facts = self._facts
        now = self._board.clock.now()
        return {"call_id": facts.id, "arrived_at": facts.arrived_at, "at": now}

    @property
    def _extra(self) -> Mapping[str, str]:
        return {"call_id": str(self._facts.id)}


def _facts(board: Switchboard, owed: Owed) -> CallFacts:
    return CallFacts(
        id=uuid4(),
        arrived_at=_to_the_millisecond(board.clock.now()),
        caller=owed.number,
        dialled=owed.dialled,
        trunk=board.gate.rules.trunk or None,
        timeslot=None,
        node=board.node,
        language=owed.language,
        priority=owed.priority,
        tier=owed.tier,
        customer_id=owed.customer_id,
    )


def _to_the_millisecond(moment: datetime) -> datetime:
    """As CC_ARRIVED tells it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _handed_over(facts: CallFacts, app: str) -> Mapping[str, str]:
    """What [from-trunk] gives a caller's channel."""
    seconds, millis = divmod(round(facts.arrived_at.timestamp() * 1000), 1000)
    return {
        "CC_ARRIVED": f"{seconds}.{millis:03}",
        "CC_CALLER": facts.caller,
        "CC_DIALLED": facts.dialled,
        "CC_TRUNK": facts.trunk or "",
        "CC_APP": app,
        "CC_LANGUAGE": facts.language,
        "GROUP(call)": "taken",
    }


async def _first(work: Any, events: "asyncio.Task[None]") -> Any:
    """What the work returns, or the error of whoever hears no events any more."""
    async with beside(work, "an agent for a callback") as task:
        await asyncio.wait((task, events), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            events.result()
        return task.result()


async def _company(agent: Leg, language: str) -> None:
    """Told what it is, then the agent hears it ring."""
    with contextlib.suppress(CallerHungUp, Unavailable):
        await agent.play(SAID, language)
        await agent.play(RINGING, language)


async def _tell(agent: Leg, language: str, words: tuple[str, ...]) -> None:
    with contextlib.suppress(CallerHungUp, Unavailable, TimeoutError):
        async with asyncio.timeout(SAY_SECONDS):
            await agent.play(words, language)
