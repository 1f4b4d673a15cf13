"""After a restart: what Asterisk has, what PostgreSQL knows, brought together before new calls.

    open call, channel there        goes on from its saved step (oldest first: order is kept)
    open call, channel gone         closed with Asterisk's own time and cause
    channel there, call unknown     it arrived in the gap: served as if it had just arrived
    agent leg without a talk        hung up; its offer is taken back, its agent is free
    bridge without a talk           deleted
    number outside without a talk   hung up; its attempt is closed from Asterisk's event log

Only then do agents get calls, and the gate opens.
"""

import logging
import re
from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from ari_app.domain.call import CallFacts, read_arrival
from ari_app.domain.errors import HotlineError
from ari_app.domain.facts import OfferEnded, OfferResult, PlaceKind
from ari_app.domain.inventory import FoundChannel, Inventory
from ari_app.store import calls as stored
from ari_app.store import open_records
from ari_app.store.calls import OpenCall
from ari_app.workers.calls import Calls
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

HEARING_LEG = re.compile(r"[0-9a-f-]{36}-h[0-9]+-(snoop|out)")
HEARING_BRIDGE = re.compile(r"[0-9a-f-]{36}-h[0-9]+-hear")
OUR_LEG = re.compile(r"[0-9a-f-]{36}-[aoc][0-9]+")  # rung by us: agents, numbers outside
TALK_BRIDGE = re.compile(r"[0-9a-f-]{36}(-a[0-9]+)?-(talk|consult|outside)")
TALKS = frozenset({PlaceKind.TALK, PlaceKind.OUTSIDE})
Living = Mapping[UUID, tuple[FoundChannel, CallFacts]]


class Switch(Protocol):
    """What recovery asks of Asterisk."""

    async def inventory(self) -> Inventory: ...
    async def hang_up(self, channel_id: str) -> None: ...
    async def close_bridge(self, bridge_id: str) -> None: ...


class Closer(Protocol):
    async def close_gone_calls(
        self, calls: Collection[UUID], asterisk_started_at: datetime
    ) -> object: ...


class Attempts(Protocol):
    """What was dialled and has no outcome, as workers.outbound.left_behind has it."""

    async def close(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many of what was found."""

    adopted: int
    arrived: int
    closed: int
    legs_freed: int


class Recovery:
    def __init__(
        self,
        ask: Ask,
        switch: Switch,
        closer: Closer,
        calls: Calls,
        dispatcher: Dispatcher,
        node: str,
    ) -> None:
        self.attempts: Attempts | None = None  # where numbers outside are dialled
        self._ask = ask
        self._switch = switch
        self._closer = closer
        self._calls = calls
        self._dispatcher = dispatcher
        self._node = node

    async def run(self) -> Recovered:
        """Once, when both the lease and the connection to Asterisk are ours.

        Raises:
            Unavailable: PostgreSQL or Asterisk did not answer.
        """
        found = await self._switch.inventory()
        steps = await self._ask(lambda db: stored.open_calls(db, self._node))
        saved = {call.call_id: call for call in steps}
        living = _calls_in(found.channels, self._node)
        gone = await self._ask(lambda db: open_records.unfinished(db, self._node))
        gone -= living.keys()
        await self._rescind_offers(living.keys())
        talks = _talks(living, saved, found)
        legs_freed = await self._tidy(found, talks)
        # Held until every call that goes on holds its own.
        versions = await self._calls.bring_flows({call.state.get("flows", "") for call in steps})
        self._take_up(living, saved)
        del versions
        await self._closer.close_gone_calls(gone, found.started_at)
        if self.attempts is not None:
            await self.attempts.close()
        self._dispatcher.start({int(talk["agent"]) for talk in talks if "agent" in talk})
        recovered = Recovered(
            adopted=len(living.keys() & saved.keys()),
            arrived=len(living.keys() - saved.keys()),
            closed=len(gone),
            legs_freed=legs_freed,
        )
        log.info("recovered", extra=asdict(recovered))
        return recovered

    def _take_up(self, living: Living, saved: Mapping[UUID, OpenCall]) -> None:
        """Those who wait longest first, so that the order of every line is as before."""
        for call_id, (channel, facts) in sorted(living.items(), key=lambda one: _since(one, saved)):
            step = saved.get(call_id)
            if step is None:
                arguments = channel.arguments[1:]
                self._calls.arrived(channel.app, channel.id, arguments, self._node, inherited=True)
            else:
                self._calls.adopted(channel.app, channel.id, facts, step)

    async def _rescind_offers(self, living: Collection[UUID]) -> None:
        """An offer of an earlier process has nobody who waits for its answer."""
        journal, clock = self._dispatcher.journal, self._dispatcher.clock
        for record in await self._ask(lambda db: open_records.load(db, living)):
            for offer in record.offers:
                journal.write(
                    OfferEnded(
                        call_id=record.call_id,
                        arrived_at=record.arrived_at,
                        at=clock.now(),
                        offer_id=offer.offer_id,
                        agent_id=offer.agent_id,
                        result=OfferResult.RESCINDED,
                    )
                )

    async def _tidy(self, found: Inventory, talks: Sequence[Mapping[str, Any]]) -> int:
        """Legs and bridges that belong to nothing any more."""
        talking = {talk["leg"] for talk in talks}
        expected = {talk["bridge"] for talk in talks}
        talking |= {c.id for c in found.channels if c.arguments[:1] == ["call"]}
        lost = [c.id for c in found.channels if OUR_LEG.fullmatch(c.id) and c.id not in talking]
        lost += [c.id for c in found.channels if c.arguments[:1] == ["feature"]]
        lost += [c.id for c in found.channels if HEARING_LEG.fullmatch(c.id)]
        for channel_id in lost:
            await _quietly(self._switch.hang_up(channel_id))
        for bridge_id in found.bridges:
            if HEARING_BRIDGE.fullmatch(bridge_id):
                await _quietly(self._switch.close_bridge(bridge_id))
            if TALK_BRIDGE.fullmatch(bridge_id) and bridge_id not in expected:
                await _quietly(self._switch.close_bridge(bridge_id))
        return len(lost)


async def _quietly(command: Awaitable[None]) -> None:
    try:
        await command
    except HotlineError as error:
        log.warning("not tidied up: %s", error)


def _calls_in(channels: Sequence[FoundChannel], node: str) -> Living:
    """Callers' channels that are in one of our applications."""
    living = {}
    for channel in channels:
        if channel.arguments[:1] == ["call"]:
            try:
                facts = read_arrival(channel.arguments[1:], node=node)
            except ValueError:
                log.warning("a channel without a call id", extra={"channel": channel.id})
                continue
            living[facts.id] = (channel, facts)
    return living


def _talks(
    living: Living, saved: Mapping[UUID, OpenCall], found: Inventory
) -> Sequence[Mapping[str, Any]]:
    """The steps of conversations whose agent, or number outside, is still there."""
    there = {channel.id for channel in found.channels}
    steps = [saved[call_id] for call_id in living if call_id in saved]
    return [step.state for step in steps if step.kind in TALKS and step.state.get("leg") in there]


def _since(
    living: tuple[UUID, tuple[FoundChannel, CallFacts]], saved: Mapping[UUID, OpenCall]
) -> datetime:
    """Since when a call waits, or else is here."""
    call_id, (_, facts) = living
    since = saved[call_id].state.get("since") if call_id in saved else None
    return datetime.fromisoformat(since) if since else facts.arrived_at
