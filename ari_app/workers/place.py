"""One call's stay in one queue: entered, offered to agents in turn, left with a result."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec

from ari_app import breakpoints
from ari_app.domain.acd.contact import Contact, Tier
from ari_app.domain.acd.decision import Decision
from ari_app.domain.acd.overflow import SentOn
from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.call import CallFacts
from ari_app.domain.errors import HotlineError, NotAnswered
from ari_app.domain.facts import (
    EndReason,
    EventType,
    Happened,
    LegAnswered,
    LegEnded,
    LegRole,
    LegStarted,
    OfferEnded,
    OfferMade,
    OfferResult,
    QueueEntered,
    QueueLeft,
    VisitResult,
)
from ari_app.domain.hangup import NORMAL
from ari_app.domain.invitation import Invitation
from ari_app.domain.skill import RequestType
from ari_app.domain.staff import QueueConfig
from ari_app.ports import Leg, Reached, Room, Waiting
from ari_app.workers import auto_answer, own_agent
from ari_app.workers.after_offer import failure
from ari_app.workers.leg_end import hang_up
from ari_app.workers.offering import Offering
from ari_app.workers.roster import Seat
from ari_app.workers.sending_on import SendingOn

if TYPE_CHECKING:
    from ari_app.workers.dispatcher import Dispatcher

log = logging.getLogger(__name__)

EVENTS = {
    OfferResult.REFUSED: EventType.OFFER_REFUSED,
    OfferResult.TIMED_OUT: EventType.OFFER_TIMED_OUT,
}


def _moment(saved: Mapping[str, str], name: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(saved[name]) if name in saved else otherwise


class QueuePlace:
    is_visit = True  # a stay of a caller, which reports count

    def __init__(
        self,
        dispatcher: "Dispatcher",
        call: CallFacts,
        leg: Waiting,
        room: Room,
        queue: str,
        saved: Mapping[str, str],
    ) -> None:
        """Args: saved: what `saved` of an earlier process said; `since` alone keeps the time."""
        self._dispatcher = dispatcher
        self.call = call
        dispatcher.queue(queue)  # there is one
        self._queue = queue
        clock, now = dispatcher.clock, dispatcher.clock.now()
        self.visit_id = UUID(saved["visit"]) if "visit" in saved else uuid4()
        self.since = _moment(saved, "since", now)
        self.entered = _moment(saved, "entered", now)
        self.began = clock.monotonic() - (now - self.entered).total_seconds()
        self.is_resumed = "visit" in saved
        self.kept = {name: saved[name] for name in own_agent.KEPT if name in saved}
        self.contact = Contact(
            id=str(self.visit_id),
            queue=queue,
            entered=clock.monotonic() - (now - self.since).total_seconds(),
            priority=call.priority,
            tier=Tier(call.tier),
            needs=dispatcher.needs_of(call.language),
            wish=own_agent.wish_of(self, now, dispatcher.roster),
            excluded=own_agent.excluded(self, now),
        )
        self._leg = leg
        self._room = room
        self._reached: asyncio.Future[Reached] = asyncio.get_running_loop().create_future()
        self._with: Seat | None = None
        self._how: str | None = None
        self._sent_on: SentOn | None = None
        self._agent_lost = False
        self._is_talk_over = False
        self._ringing: asyncio.Task[None] | None = None
        self._on_reached: Callable[[Reached], object] | None = None

    # ---- what the flow asks ----

    @property
    def queue(self) -> QueueConfig:
        """As it is by now."""
        return self._dispatcher.queue(self._queue)

    async def sent_on(self) -> SentOn:
        return await SendingOn(self._dispatcher, self).decided(on_entry=not self.is_resumed)

    @property
    def position(self) -> int:
        if self._ringing is not None or self._reached.done():
            return 1
        matcher = self._dispatcher.matcher
        return matcher.position(self.contact.id, self._dispatcher.clock.monotonic())

    @property
    def is_waiting(self) -> bool:
        """No agent has answered yet."""
        return not self._reached.done()

    @property
    def anybody(self) -> bool:
        return self._dispatcher.anybody_for(self)

    def promise(self) -> float | None:
        return self._dispatcher.outlook.promise(self) if self.is_waiting else None

    def when_reached(self, tell: Callable[[Reached], object]) -> None:
        self._on_reached = tell

    async def agent(self) -> Reached:
        return await asyncio.shield(self._reached)

    def leaving(self, how: str, sent_on: SentOn | None = None) -> None:
        self._how, self._sent_on = how, sent_on

    def agent_lost(self) -> None:
        self._agent_lost = True

    def saved(self) -> Mapping[str, str]:
        return {
            "visit": str(self.visit_id),
            "since": self.since.isoformat(),
            "entered": self.entered.isoformat(),
            **self.kept,
        }

    @property
    def is_offered(self) -> bool:
        return self._ringing is not None

    async def offer_over(self) -> None:
        """However it ends."""
        if self._ringing is not None:
            await asyncio.wait((self._ringing,))

    def patience_left(self, now: float) -> float:
        """Seconds until the queue's longest wait is over for who began to wait here."""
        return self.began + self.queue.max_wait_seconds - now

    def needs(self, step: int) -> RequestType:
        """What an agent must have to take it, after so many steps of relaxation."""
        return RequestType.of(self.queue.rules.requirements(step)).joined_with(self.contact.needs)

    # ---- what the dispatcher does ----

    def enter(self) -> None:
        now = self._dispatcher.clock.now()
        self._write(
            QueueEntered(
                **self._key(),
                at=now,
                visit_id=self.visit_id,
                queue_id=self.queue.id,
                place_since=self.since,
                priority=self.call.priority,
                needs=dict(self.needs(0).requires),
                kept_by=self.kept.get("kept_by"),
            )
        )
        breakpoints.at("queue.entered")

    def offer(self, decision: Decision, seat: Seat) -> None:
        """Reserves the agent and rings; called in the same breath as the decision."""
        seconds = self.queue.ring_seconds
        roster = self._dispatcher.roster
        roster.move(seat, AgentState.RESERVED, Reason.OFFER, seconds=seconds, call_id=self.call.id)
        breakpoints.at("offer.reserved")
        seat.idle_since = decision.at - decision.idle
        self._with = seat
        offer_id, leg_id = uuid4(), f"{self.call.id}-a{self._next_leg()}"
        committed = self._commit_offer(decision, seat, offer_id, leg_id)
        on_its_way = self._dispatcher.rush.begin()
        offer = self._offer(Offering(seat, offer_id, leg_id, on_its_way, committed))
        name = f"{self.call.id} to {seat.member.id}"
        self._ringing = self._dispatcher.offers.start(offer, name)

    async def leave(self) -> None:
        """Whatever is going on ends now, and is written down as what it was."""
        # An offer that fails this very moment may lead to the next.
        while (ringing := self._ringing) is not None and not ringing.done():
            await asyncio.sleep(0)  # one that has not begun would end without writing so
            ringing.cancel()
            await asyncio.wait((ringing,))
        dispatcher = self._dispatcher
        if self._reached.done() and self._with is not None:
            leg = self._reached.result().leg
            await hang_up(leg)
            if not self._is_talk_over:
                self._end_talk(self._with)
            self._write_leg_end(leg.id, leg.cause)
        else:
            self._write_left(*self._unanswered())
            dispatcher.outlook.gave_up(self)
            if self._with is not None:
                dispatcher.offer_rescinded(self, self._with)
            else:
                dispatcher.gave_up(self)

    def _hung_up(self, seat: Seat, leg: Leg) -> None:
        """The agent is free, and the next phone on its way, before the flow hears of it and takes
        the bridge down. Any other end of the leg is for the flow to judge."""
        if leg.cause == NORMAL and not self._is_talk_over:
            self._end_talk(seat)

    def _end_talk(self, seat: Seat) -> None:
        self._is_talk_over = True
        breakpoints.at("talk.over")
        if self._agent_lost:
            self._dispatcher.agent_lost(self, seat)
        else:
            self._dispatcher.talk_over(self, seat)

    # ---- one offer ----

    async def _offer(self, made: Offering) -> None:
        seat, leg_id = made.seat, made.leg_id
        leg, cause, result = None, None, OfferResult.RESCINDED
        try:
            if isinstance(made.committed, HotlineError):
                raise made.committed
            await made.committed
            breakpoints.at("offer.committed")
            leg = await self._ring(made)
            breakpoints.at("offer.answered")
            result = OfferResult.ACCEPTED
        except NotAnswered as error:
            cause, result = error.cause, failure(error.cause)
        except Exception:  # a fault of ours: taken back, and the agent is not judged by it
            log.exception("offer failed", extra={"call_id": str(self.call.id)})
        finally:  # also when the caller left
            made.on_its_way()
            self._write_result(made.offer_id, seat, result)
            if leg is None:
                self._write_leg_end(leg_id, cause)
        self._ringing = None
        if leg is not None:
            self._accepted(leg, seat)
        else:
            self._with = None
            self.call.missed_by[seat.member.id] = self._dispatcher.clock.now()
            self._dispatcher.offer_failed(self, seat, result)

    async def _ring(self, made: Offering) -> Leg:
        member = made.seat.member
        invitation = Invitation(
            endpoint=f"PJSIP/{member.phone}",
            caller_id=self.shown(),
            seconds=self.queue.ring_seconds,
            originator=self._leg.id,
            variables={
                "CC_CALL": str(self.call.id),
                "CC_AGENT": str(member.id),
                **auto_answer.wishes(member),
            },
        )
        return await self._room.ring(made.leg_id, invitation, made.on_its_way)

    def shown(self) -> str:  # on the agent's phone
        return self.call.caller or "anonymous"

    def _accepted(self, leg: Leg, seat: Seat) -> None:
        """In one breath with the offer's end: none of it may be durable without the rest."""
        seat.missed, seat.is_unreachable, seat.has_returned = 0, False, False
        seat.calls += 1
        self._write(LegAnswered(**self.now(), leg_id=leg.id))
        self._dispatcher.roster.move(
            seat, AgentState.TALKING, Reason.ACCEPTED, call_id=self.call.id
        )
        self._write_left(VisitResult.ANSWERED, agent_id=seat.member.id)
        self._dispatcher.outlook.answered(self, seat)
        reached = Reached(seat.member.id, leg)
        if self._on_reached is not None:
            self._on_reached(reached)
        breakpoints.at("offer.accepted")
        self._reached.set_result(reached)
        leg.when_gone(lambda: self._hung_up(seat, leg))

    def _next_leg(self) -> int:
        self.call.agent_legs += 1
        return self.call.agent_legs

    # ---- what is written ----

    def _key(self) -> dict[str, Any]:
        return {"call_id": self.call.id, "arrived_at": self.call.arrived_at}

    def now(self) -> dict[str, Any]:
        """The key of a fact that happens now."""
        return {**self._key(), "at": self._dispatcher.clock.now()}

    def _write(self, *facts: Any) -> None:
        self._dispatcher.journal.write(*facts)

    def _commit_offer(
        self, decision: Decision, seat: Seat, offer_id: UUID, leg_id: str
    ) -> Awaitable[None] | HotlineError:
        """Now, not in the offer's task: in one transaction with what led to it, and begun before
        anything else that follows from it."""
        try:
            self._write_offer(decision, seat, offer_id, leg_id)
            return self._dispatcher.journal.committed()
        except HotlineError as error:
            return error

    def _write_offer(self, decision: Decision, seat: Seat, offer_id: UUID, leg_id: str) -> None:
        now = self.now()
        agent_id, phone = seat.member.id, seat.member.phone
        self._write(
            LegStarted(
                **now,
                leg_id=leg_id,
                node=self.call.node,
                role=LegRole.AGENT,
                endpoint=phone,
                agent_id=agent_id,
            ),
            OfferMade(
                **now,
                offer_id=offer_id,
                visit_id=self.visit_id if self.is_visit else None,
                queue_id=self.queue.id,
                agent_id=agent_id,
                leg_id=leg_id,
                deadline=seat.until or now["at"],
                why=msgspec.to_builtins(decision, str_keys=True),
            ),
            self._event(EventType.OFFERED, agent=agent_id, queue=self.queue.name),
        )

    def _write_result(self, offer_id: UUID, seat: Seat, result: OfferResult) -> None:
        agent_id = seat.member.id
        self._write(OfferEnded(**self.now(), offer_id=offer_id, agent_id=agent_id, result=result))
        if result in EVENTS:
            self._write(self._event(EVENTS[result], agent=agent_id))

    def _unanswered(self) -> tuple[VisitResult, str | None]:
        """As domain/closing.py has it. Who was cut off with Asterisk did not give up."""
        if self._leg.was_lost:
            return VisitResult.FLOWED_OUT, EndReason.PBX_RESTART.value
        if self._leg.is_gone:
            return VisitResult.ABANDONED, "hung_up"
        return VisitResult.FLOWED_OUT, self._how

    def _write_left(
        self, result: VisitResult, how: str | None = None, agent_id: int | None = None
    ) -> None:
        left_at = self._leg.ended_at if self._leg.was_lost else None
        self._write(
            QueueLeft(
                **self._key(),
                at=left_at or self._dispatcher.clock.now(),
                visit_id=self.visit_id,
                queue_id=self.queue.id,
                result=result,
                how=how,
                agent_id=agent_id,
            ),
            self._event(EventType.LEFT_QUEUE, **self._left_detail(result)),
        )

    def _left_detail(self, result: VisitResult) -> dict[str, Any]:
        detail: dict[str, Any] = {"queue": self.queue.name, "result": result.value}
        if result is VisitResult.FLOWED_OUT and self._sent_on is not None:
            detail["sent_on"] = msgspec.to_builtins(self._sent_on)
        return detail

    def _write_leg_end(self, leg_id: str, cause: int | None) -> None:
        self._write(LegEnded(**self.now(), leg_id=leg_id, hangup_cause=cause))

    def _event(self, type: EventType, **detail: Any) -> Happened:
        return Happened(**self.now(), event_id=uuid4(), type=type, detail=detail)
