"""A supervisor's way out when something hangs: an agent is freed, a call goes to the fallback.

Asterisk ends what there is to end first, so that the usual path tidies up; only what does not
move then is moved by force. Each use is written down before anything is done, and how it ended
after; without that it is refused.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.closing import Closing
from ari_app.domain.errors import CallerHungUp, HotlineError, NotFound
from ari_app.domain.facts import Outcome
from ari_app.domain.unstick import Order, Unstuck
from ari_app.flows.active import ActiveCall
from ari_app.store import open_records
from ari_app.workers import audited
from ari_app.workers.recording_index import Ask
from ari_app.workers.roster import Roster, Seat

STUCK = frozenset(
    {AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP, AgentState.PHONE_LOST}
)
BY_ITSELF_SECONDS = 3.0  # what the usual path may take once Asterisk has ended a leg
STEP_SECONDS = 5.0
UNSERVED = frozenset({Outcome.ABANDONED_IN_FLOW, Outcome.SERVED_BY_FLOW, Outcome.ABANDONED})
LOOK_SECONDS = 0.05


class Switch(Protocol):
    """What has to be done in Asterisk. A channel that is gone is no error."""

    async def hang_up(self, channel_id: str) -> None: ...

    async def to_fallback(self, channel_id: str) -> None: ...


class CloseGone(Protocol):
    async def close_gone_calls(
        self, calls: Collection[UUID], asterisk_started_at: datetime
    ) -> dict[UUID, Closing]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What unsticking works with."""

    ask: Ask
    roster: Roster
    live_calls: Mapping[UUID, ActiveCall]
    switch: Switch
    closer: CloseGone
    live_channels: Callable[[], Awaitable[Collection[str]]]
    asterisk_started_at: Callable[[], Awaitable[datetime]]


class Unstick:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def agent(self, agent_id: int, order: Order) -> Unstuck:
        """To ready, or to what the agent asked for; one who is not busy stays.

        Raises:
            NotFound: no such agent.
            Unavailable: PostgreSQL, so that it could not be written down.
        """
        seat = self._parts.roster.seat(agent_id)
        subject, before = f"agent {agent_id}", seat.state.value
        await self._note("unstick_asked", subject, order, {"before": before})
        did = await self._free(seat)
        done = Unstuck(subject, before, seat.state.value, did)
        await self._note("unstick", subject, order, _told(done))
        return done

    async def call(self, call_id: UUID, order: Order) -> Unstuck:
        """The caller goes on in the fallback; a call whose channel is gone is closed.

        Raises:
            NotFound: no such call is open.
            Unavailable: PostgreSQL or Asterisk.
        """
        subject = f"call {call_id}"
        active = self._parts.live_calls.get(call_id)
        before = f"in {active.flow}/{active.at}" if active else "not served by the engine"
        await self._note("unstick_asked", subject, order, {"before": before})
        did = await (self._leave_flow(active) if active else self._take_up(call_id))
        done = Unstuck(subject, before, did, did)
        await self._note("unstick", subject, order, _told(done))
        return done

    # ---- agents ----

    async def _free(self, seat: Seat) -> str:
        if seat.state not in STUCK:
            return "nothing"
        version, agent_id = seat.version, seat.member.id
        legs = await self._parts.ask(lambda db: open_records.legs_of_agent(db, agent_id))
        for leg in legs:
            await self._parts.switch.hang_up(leg)
        if legs and seat.state in (AgentState.RESERVED, AgentState.TALKING):
            await _until(lambda: seat.version != version)
        if seat.state is AgentState.READY:
            return "by_itself"
        if seat.state in STUCK:
            self._parts.roster.free(seat, Reason.SYSTEM_RECOVERY)
        return "by_force"

    # ---- calls ----

    async def _leave_flow(self, active: ActiveCall) -> str:
        """The flow ends as if the caller had hung up, and the dialplan takes over."""
        if active.outcome in UNSERVED:
            active.outcome = Outcome.FALLBACK
        try:
            async with asyncio.timeout(STEP_SECONDS):
                await active.leg.fall_back("unstick", active.language)
        except CallerHungUp:
            return "closed"
        except (TimeoutError, HotlineError):
            await self._parts.switch.to_fallback(active.leg.id)
        return "fallback"

    async def _take_up(self, call_id: UUID) -> str:
        """Nobody serves it: who is still there hears the fallback, who is gone is written off."""
        records = await self._parts.ask(lambda db: open_records.load(db, [call_id]))
        if not records:
            raise NotFound("open call", str(call_id))
        channel = records[0].caller_channel
        if channel is not None and channel in await self._parts.live_channels():
            await self._parts.switch.to_fallback(channel)
            return "fallback"
        started_at = await self._parts.asterisk_started_at()
        closed = await self._parts.closer.close_gone_calls([call_id], started_at)
        return "closed" if closed else "nothing"

    async def _note(
        self, action: str, subject: str, order: Order, detail: Mapping[str, str]
    ) -> None:
        await audited.note(self._parts.ask, action, subject, order, detail)


def _told(done: Unstuck) -> dict[str, str]:
    return {"before": done.before, "after": done.after, "did": done.did}


async def _until(has_happened: Callable[[], bool]) -> None:
    for _ in range(int(BY_ITSELF_SECONDS / LOOK_SECONDS)):
        if has_happened():
            return
        await asyncio.sleep(LOOK_SECONDS)
