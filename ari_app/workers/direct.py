"""A caller brought to one agent past the queues: reserved, rung, talked to, let go.

As with every offer, a row with a deadline and a why is committed before the phone rings, and it
ends with a result.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec

from ari_app import breakpoints
from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.call import CallFacts
from ari_app.domain.errors import NotAnswered, NotFound, NotReady
from ari_app.domain.facts import (
    EventType,
    Happened,
    LegAnswered,
    LegEnded,
    LegRole,
    LegStarted,
    OfferEnded,
    OfferMade,
    OfferResult,
)
from ari_app.domain.invitation import Invitation
from ari_app.domain.transfer import DirectWhy, How, Refusal, Transfer
from ari_app.ports import Leg, Reached, Room
from ari_app.workers import auto_answer
from ari_app.workers.after_offer import after_failure, failure
from ari_app.workers.named_line import standing
from ari_app.workers.place import EVENTS
from ari_app.workers.resumed_talk import ResumedTalk
from ari_app.workers.roster import Roster, Seat

if TYPE_CHECKING:
    from ari_app.workers.dispatcher import Dispatcher

RING_SECONDS = 20.0


def why_not(roster: Roster, transfer: Transfer) -> Refusal | None:
    if transfer.to == transfer.by:
        return Refusal.SELF
    try:
        return standing(roster.seat(transfer.to))
    except NotFound:
        return Refusal.UNKNOWN


class DirectOffer:
    """One call put to one agent by somebody else than the matcher."""

    def __init__(
        self, dispatcher: "Dispatcher", call: CallFacts, room: Room, why: DirectWhy
    ) -> None:
        self._dispatcher = dispatcher
        self.call = call
        self._room = room
        self._why = why

    async def to(
        self, seat: Seat, *, seconds: float, originator: str, patience: float = 0.0
    ) -> Leg:
        """The agent's leg once it has answered; the agent is talking then.

        Args:
            patience: seconds that a busy agent is waited for.

        Raises:
            NotReady, NotAnswered.
            Unavailable: Asterisk did not answer.
        """
        call, offer_id, leg = self.call, uuid4(), None
        cause, result = None, OfferResult.RESCINDED
        await self._have(seat, seconds, patience)
        call.agent_legs += 1
        leg_id = f"{call.id}-a{call.agent_legs}"
        try:
            self._write_made(seat, offer_id, leg_id)
            await self._dispatcher.journal.committed()
            breakpoints.at("direct.committed")
            leg = await self._ring(seat, leg_id, seconds, originator)
            result = OfferResult.ACCEPTED
        except NotAnswered as error:
            cause, result = error.cause, failure(error.cause)
            raise
        finally:
            self._write_over(seat, offer_id, result)
            if leg is None:
                self._write_leg_end(leg_id, cause)
                self._judge(seat, result)
        seat.missed, seat.is_unreachable, seat.has_returned = 0, False, False
        self._write(LegAnswered(**self._now(), leg_id=leg_id))
        self._dispatcher.roster.move(seat, AgentState.TALKING, Reason.ACCEPTED, call_id=call.id)
        breakpoints.at("direct.accepted")
        return leg

    async def _have(self, seat: Seat, seconds: float, patience: float) -> None:
        """The agent, reserved. Raises: NotReady."""
        why, is_taken = standing(seat), False

        def take() -> None:
            nonlocal is_taken
            is_taken = True
            self._reserve(seat, seconds)

        if why is None:
            take()
            return
        if why is Refusal.BUSY and patience:
            try:
                why = await self._dispatcher.named.turn(seat, patience, take)
            except asyncio.CancelledError:  # the caller left in this very moment
                if is_taken:
                    self._judge(seat, OfferResult.RESCINDED)
                raise
        if why is not None:
            raise NotReady(f"agent {seat.member.id}", why)

    def _reserve(self, seat: Seat, seconds: float) -> None:
        dispatcher, reason = self._dispatcher, Reason.OFFER
        now = dispatcher.clock.monotonic()
        dispatcher.matcher.agent_busy(seat.agent.id, seat.member.profile, now)
        seat.idle_since = seat.agent.since
        dispatcher.roster.move(
            seat, AgentState.RESERVED, reason, seconds=seconds, call_id=self.call.id
        )

    def _judge(self, seat: Seat, result: OfferResult) -> None:
        """As by an offer of a queue."""
        if seat.state is not AgentState.RESERVED:
            return
        roster, rule = self._dispatcher.roster, self._dispatcher.missed_rules.site
        back = after_failure(roster, seat, result, rule)
        if back is not None:
            roster.free(seat, back, rest=rule.back_off_seconds if rule.counts(result) else 0.0)

    async def _ring(self, seat: Seat, leg_id: str, seconds: float, originator: str) -> Leg:
        invitation = Invitation(
            endpoint=f"PJSIP/{seat.member.phone}",
            caller_id=self.call.caller or "anonymous",
            seconds=seconds,
            originator=originator,
            variables={
                "CC_CALL": str(self.call.id),
                "CC_AGENT": str(seat.member.id),
                **auto_answer.wishes(seat.member),
            },
        )
        return await self._room.ring(leg_id, invitation)

    # ---- what is written ----

    def _write_made(self, seat: Seat, offer_id: UUID, leg_id: str) -> None:
        now, agent_id = self._now(), seat.member.id
        self._write(
            LegStarted(
                **now,
                leg_id=leg_id,
                node=self.call.node,
                role=LegRole.AGENT,
                endpoint=seat.member.phone,
                agent_id=agent_id,
            ),
            OfferMade(
                **now,
                offer_id=offer_id,
                agent_id=agent_id,
                leg_id=leg_id,
                deadline=seat.until or now["at"],
                why=msgspec.to_builtins(self._why),
            ),
            self._event(EventType.OFFERED, agent=agent_id, **self._by()),
        )

    def _by(self) -> dict[str, int]:
        return {} if self._why.by is None else {"by": self._why.by}

    def _write_over(self, seat: Seat, offer_id: UUID, result: OfferResult) -> None:
        agent_id = seat.member.id
        self._write(OfferEnded(**self._now(), offer_id=offer_id, agent_id=agent_id, result=result))
        if result in EVENTS:
            self._write(self._event(EVENTS[result], agent=agent_id))

    def _write_leg_end(self, leg_id: str, cause: int | None) -> None:
        self._write(LegEnded(**self._now(), leg_id=leg_id, hangup_cause=cause))

    def _write(self, *facts: Any) -> None:
        self._dispatcher.journal.write(*facts)

    def _now(self) -> dict[str, Any]:
        call = self.call
        return {
            "call_id": call.id,
            "arrived_at": call.arrived_at,
            "at": self._dispatcher.clock.now(),
        }

    def _event(self, type: EventType, **detail: Any) -> Happened:
        return Happened(**self._now(), event_id=uuid4(), type=type, detail=detail)


class DirectPlace:
    """What a flow holds while a caller is brought to an agent and talks to them."""

    def __init__(self, offer: DirectOffer, dispatcher: "Dispatcher", seat: Seat, leg: Leg) -> None:
        """Args: leg: the caller's."""
        self._offer = offer
        self._dispatcher = dispatcher
        self._seat = seat
        self._leg = leg
        self._talk: ResumedTalk | None = None

    @classmethod
    @asynccontextmanager
    async def of(
        cls, dispatcher: "Dispatcher", call: CallFacts, leg: Leg, room: Room, transfer: Transfer
    ) -> AsyncIterator["DirectPlace"]:
        how = How.NAMED if transfer.by is None else How.BLIND
        offer = DirectOffer(dispatcher, call, room, DirectWhy(how, transfer.by))
        place = cls(offer, dispatcher, dispatcher.roster.seat(transfer.to), leg)
        try:
            yield place
        finally:
            await place.leave()

    async def agent(self, *, patience: float = 0.0) -> Reached:
        dispatcher, offer, own = self._dispatcher, self._offer, self._leg.id
        await dispatcher.started.wait()
        leg = await offer.to(self._seat, seconds=RING_SECONDS, originator=own, patience=patience)
        self._talk = ResumedTalk(dispatcher, offer.call, self._seat, leg)
        return Reached(self._seat.member.id, leg)

    def agent_lost(self) -> None:
        if self._talk is not None:
            self._talk.agent_lost()

    async def leave(self) -> None:
        if self._talk is not None:
            await self._talk.leave()
