"""The only place that dials a trunk number.

    may it?  --no-->  written as refused
       | yes
    the attempt is written, and seen in PostgreSQL itself: what is only on disk is not dialled
       |
    INVITE  -->  answered, busy, no answer, failed; cancelled by whoever wanted it

A process that dies in between leaves an attempt without an outcome: left_behind.py closes it
from what Asterisk says. Nobody dials it again.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from uuid import UUID, uuid4

from ari_app import breakpoints
from ari_app.domain.attempt import AttemptOutcome, outcome_of
from ari_app.domain.call import CallFacts
from ari_app.domain.errors import Fenced, NotAnswered, NotReached, Unavailable
from ari_app.domain.facts import LegAnswered, LegEnded, LegRole, LegStarted
from ari_app.domain.invitation import Invitation
from ari_app.domain.outbound import OutboundRules, dial_string, e164, refusal, shown_number
from ari_app.domain.outbound_facts import AttemptEnded, AttemptMade
from ari_app.domain.tally import DAY, Tally
from ari_app.flows.outside_line import Outside, OutsideWish
from ari_app.ports import Clock, Journal, Leg, Room
from ari_app.workers.leg_end import hang_up
from ari_app.workers.outbound.attempt_book import AttemptBook

log = logging.getLogger(__name__)

COMMIT_SECONDS = 5.0  # nobody's phone rings for what cannot be written
LONGEST_NUMBER = 24


@dataclass(frozen=True, slots=True)
class Dialling:
    """What is to be dialled for a call. `originator` is the channel it is dialled for."""

    attempt_id: UUID
    leg_id: str
    role: LegRole
    originator: str
    wish: OutsideWish
    callback_id: UUID | None = None
    variables: Mapping[str, str] = field(default_factory=dict)  # of the channel


class OutboundGate:
    def __init__(
        self, rules: OutboundRules, book: AttemptBook, journal: Journal, clock: Clock, zone: tzinfo
    ) -> None:
        """Args: zone: in which the rules' hours are meant."""
        self.rules = rules
        self._book = book
        self._journal = journal
        self._clock = clock
        self._zone = zone
        self._tally = Tally()
        self.outcomes: Counter[AttemptOutcome] = Counter()  # since this process started
        self._is_loaded = False
        self.is_database_away = False  # then nothing goes out: who else dials is not known

    async def load(self) -> None:
        """What has gone out before this process: until this is known nothing does. Raises
        Unavailable."""
        since = self._clock.now() - DAY
        for number, at in await self._book.made_since(since):
            self._tally.was_made(number, at)
        self._is_loaded = True

    def why_not(self, number: str) -> str:
        """Why it may not be dialled now; "" when it may."""
        if not self._is_loaded or self.is_database_away:
            return "database_away"
        normal, now = e164(number, self.rules), self._clock.now()
        use = self._tally.use(normal or "", now)
        found = refusal(normal, self.rules, use, now.astimezone(self._zone))
        return found.value if found else ""

    @property
    def live(self) -> int:
        """Numbers that ring or talk now."""
        return self._tally.live

    # ---- for flows ----

    @asynccontextmanager
    async def dialled(
        self, call: CallFacts, leg: Leg, room: Room, wish: OutsideWish
    ) -> AsyncIterator[Outside]:
        call.agent_legs += 1
        leg_id = f"{call.id}-o{call.agent_legs}"
        dialling = Dialling(uuid4(), leg_id, LegRole.OUTSIDE, leg.id, wish)
        outside = Outside(dialling.attempt_id, await self.dial(call, room, dialling))
        async with self._until_over(call, outside):
            yield outside

    @asynccontextmanager
    async def found(self, call: CallFacts, outside: Outside) -> AsyncIterator[Outside]:
        self._tally.talks(outside.attempt_id)
        async with self._until_over(call, outside):
            yield outside

    @asynccontextmanager
    async def _until_over(self, call: CallFacts, outside: Outside) -> AsyncIterator[None]:
        leg = outside.leg
        try:
            yield
        finally:
            try:
                await hang_up(leg)
            finally:
                self.over(outside.attempt_id)
                at = leg.ended_at or self._clock.now()
                key = {**self._key(call), "at": at}
                self._journal.write(LegEnded(**key, leg_id=leg.id, hangup_cause=leg.cause))

    # ---- one attempt ----

    async def dial(self, call: CallFacts, room: Room, dialling: Dialling) -> Leg:
        """The leg once it has answered; `over` is due at its end.

        Raises:
            NotReached: written down, and why.
        """
        wish, rules = dialling.wish, self.rules
        number = e164(wish.number, rules) or wish.number[:LONGEST_NUMBER]
        shown = shown_number(wish.shown, rules, call.dialled)
        reason = self.why_not(wish.number)
        self._write_made(call, dialling, number, shown)
        if reason:
            log.info("not dialled: %s", reason, extra={"call_id": str(call.id)})
            self._write_ended(call, dialling, AttemptOutcome.REFUSED, reason=reason)
            raise NotReached(AttemptOutcome.REFUSED, reason=reason)
        self._tally.made(dialling.attempt_id, number, self._clock.now())
        try:
            return await self._rung(call, room, dialling, _invitation(call, dialling, rules, shown))
        except BaseException:
            self.over(dialling.attempt_id)
            raise

    def over(self, attempt_id: UUID) -> None:
        """Its leg is gone. Safe to repeat."""
        self._tally.over(attempt_id)

    async def _rung(
        self, call: CallFacts, room: Room, dialling: Dialling, invitation: Invitation
    ) -> Leg:
        outcome, cause, reason = AttemptOutcome.CANCELLED, None, ""
        leg, is_dialled = None, False
        try:
            await self._committed(dialling)
            breakpoints.at("outbound.committed")
            is_dialled = True
            self._write_leg(call, dialling)
            leg = await room.ring(dialling.leg_id, invitation)
            breakpoints.at("outbound.answered")
            outcome = AttemptOutcome.ANSWERED
            return leg
        except NotAnswered as error:
            outcome, cause = outcome_of(error.cause), error.cause
            raise NotReached(outcome, cause=cause) from error
        except Unavailable as error:
            reason = "asterisk_away" if is_dialled else "database_away"
            raise NotReached(outcome, reason=reason) from error
        except TimeoutError as error:
            reason = "database_away"
            raise NotReached(outcome, reason=reason) from error
        finally:
            self._write_ended(call, dialling, outcome, cause, reason or None)
            if leg is not None:
                self._write(LegAnswered(**self._now(call), leg_id=leg.id))
            elif is_dialled:
                ended = LegEnded(**self._now(call), leg_id=dialling.leg_id, hangup_cause=cause)
                self._write(ended)

    async def _committed(self, dialling: Dialling) -> None:
        """Raises Unavailable, TimeoutError; also when the callback is not ours to dial any more."""
        async with asyncio.timeout(COMMIT_SECONDS):
            await self._journal.durable()
            if not await self._book.is_made(dialling.attempt_id):
                raise Unavailable("the attempt is not in PostgreSQL")

    # ---- what is written ----

    def _write_made(self, call: CallFacts, dialling: Dialling, number: str, shown: str) -> None:
        self._write(
            AttemptMade(
                **self._now(call),
                attempt_id=dialling.attempt_id,
                leg_id=dialling.leg_id,
                node=call.node,
                purpose=dialling.wish.purpose,
                number=number,
                shown=shown,
                trunk=self.rules.trunk,
                callback_id=dialling.callback_id,
            )
        )

    def _write_leg(self, call: CallFacts, dialling: Dialling) -> None:
        self._write(
            LegStarted(
                **self._now(call),
                leg_id=dialling.leg_id,
                node=call.node,
                role=dialling.role,
                trunk=self.rules.trunk,
            )
        )

    def _write_ended(
        self,
        call: CallFacts,
        dialling: Dialling,
        outcome: AttemptOutcome,
        cause: int | None = None,
        reason: str | None = None,
    ) -> None:
        self.outcomes[outcome] += 1
        self._write(
            AttemptEnded(
                **self._now(call),
                attempt_id=dialling.attempt_id,
                outcome=outcome,
                cause=cause,
                reason=reason,
            )
        )

    def _write(self, fact: Any) -> None:
        try:
            self._journal.write(fact)
        except Fenced:  # whoever is in charge now closes it
            log.warning("not written: another process is in charge")

    def _key(self, call: CallFacts) -> dict[str, Any]:
        return {"call_id": call.id, "arrived_at": call.arrived_at}

    def _now(self, call: CallFacts) -> dict[str, Any]:
        return {**self._key(call), "at": self._clock.now()}


def _invitation(
    call: CallFacts, dialling: Dialling, rules: OutboundRules, shown: str
) -> Invitation:
    """The number is digits only by now: `e164` has read it."""
    return Invitation(
        endpoint=f"PJSIP/{dial_string(dialling.wish.number, rules)}@{rules.trunk}",
        caller_id=shown or "anonymous",
        seconds=rules.ring_seconds,
        originator=dialling.originator,
        variables={"CC_CALL": str(call.id), **dialling.variables},
    )
