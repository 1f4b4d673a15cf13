"""An agent who is in a call dials a colleague: the two talk while the caller holds.

The colleague is reserved and rung as by any offer, in the record of the caller's call. A consult
lives no longer than that call; taken by the caller, it leaves the colleague to the caller.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from ari_app import breakpoints
from ari_app.domain.agent import AgentState
from ari_app.domain.errors import CallerHungUp, HotlineError, NotAnswered, NotFound
from ari_app.domain.speech import Words
from ari_app.domain.transfer import DirectWhy, How, Transfer, agent_number
from ari_app.flows.active import ActiveCall, Consult
from ari_app.flows.beside import beside
from ari_app.ports import Leg, Reached, Room
from ari_app.workers.direct import RING_SECONDS, DirectOffer
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.live_tasks import LiveTasks
from ari_app.workers.roster import Seat

log = logging.getLogger(__name__)

UNKNOWN_PHONE: Words = ("agent-not-known",)
NO_CALL: Words = ("consult-needs-a-call",)
NOT_NOW: Words = ("colleague-not-available",)


class Consults:
    def __init__(
        self,
        open_room: Callable[[str, str], Room],
        dispatcher: Dispatcher,
        live: Mapping[UUID, ActiveCall],
    ) -> None:
        """Args: live: calls that are served now."""
        self._open_room = open_room
        self._dispatcher = dispatcher
        self._live = live
        self._tasks = LiveTasks("consult")

    def dialled(self, app: str, channel_id: str, arguments: Sequence[str]) -> None:
        """Args: arguments: the phone's endpoint and what was dialled."""
        room = self._open_room(app, f"consult {channel_id}")
        self._tasks.start(self._serve(room, room.leg(channel_id), arguments), channel_id)

    async def _serve(self, room: Room, own: Leg, arguments: Sequence[str]) -> None:
        try:
            async with beside(room.run(), f"events of {own.id}"):
                await self._begin(own, arguments)
        except CallerHungUp:
            log.debug("consult over", extra={"leg": own.id})
        except HotlineError as error:
            log.warning("consult failed: %s", error, extra={"leg": own.id})
        finally:
            await own.hang_up()
            room.close()

    async def _begin(self, own: Leg, arguments: Sequence[str]) -> None:
        await own.answer()
        endpoint, dialled, *_ = (*arguments, "", "")
        try:
            first = self._dispatcher.roster.at_phone(endpoint)
        except NotFound:
            await own.play(UNKNOWN_PHONE, "zh")
            return
        said = await self._asked(own, first, agent_number(dialled))
        if said:
            await own.play(said, first.member.language)

    async def _asked(self, own: Leg, first: Seat, number: int | None) -> Words:
        """What is to be said when it comes to nothing."""
        call = self._call_of(first)
        if call is None:
            return NO_CALL
        if number is None or self._dispatcher.why_not(Transfer(first.member.id, number, "")):
            return NOT_NOW
        async with (
            beside(own.gone(), f"end of {own.id}") as hung_up,
            beside(call.leg.gone(), f"end of {call.facts.id}") as over,
            beside(self._consult(call, own, first, number), f"consult of {own.id}") as consult,
        ):
            await asyncio.wait((hung_up, over, consult), return_when=asyncio.FIRST_COMPLETED)
            if not consult.done():
                return ()
            try:
                consult.result()
            except NotAnswered:
                return NOT_NOW
        return ()

    def _call_of(self, seat: Seat) -> ActiveCall | None:
        if seat.state is not AgentState.TALKING:
            return None
        call = self._live.get(seat.call_id)  # type: ignore[call-overload]
        return call if call is not None and call.consult is None else None

    async def _consult(self, call: ActiveCall, own: Leg, first: Seat, number: int) -> None:
        """Until the colleague hangs up or is given to the caller."""
        seat, why = self._dispatcher.roster.seat(number), DirectWhy(How.CONSULT, first.member.id)
        offer = DirectOffer(self._dispatcher, call.facts, call.room, why)
        await own.start_music()
        leg = await offer.to(seat, seconds=RING_SECONDS, originator=own.id)
        consult, bridge = Consult(own, Reached(number, leg)), f"{leg.id}-consult"
        call.consult = consult
        breakpoints.at("consult.answered")
        try:
            await own.stop_music()
            await call.room.join(bridge, (own, leg))
            await self._until_over(call, consult)
        finally:
            if call.consult is consult:
                call.consult = None
            if not consult.taken.is_set():
                async with self._dispatcher.talking(call.facts, number, leg):
                    pass  # hung up, in wrap-up, written down
            await call.room.close_bridge(bridge, own)

    async def _until_over(self, call: ActiveCall, consult: Consult) -> None:
        async with (
            beside(consult.colleague.leg.gone(), "end of a colleague") as gone,
            beside(consult.taken.wait(), "a colleague taken") as taken,
            beside(_asks_to_hand_over(call, consult), "hand-over asked for"),
        ):
            await asyncio.wait((gone, taken), return_when=asyncio.FIRST_COMPLETED)


async def _asks_to_hand_over(call: ActiveCall, consult: Consult) -> None:
    """Some phones send REFER on this channel, and name the caller's in it."""
    while True:
        wish = await consult.own.transfer_asked()
        if wish.replaces and wish.replaces.startswith(f"{call.facts.id}-a"):
            call.hand_over.set()
        else:
            with contextlib.suppress(CallerHungUp):
                await consult.own.answer_transfer(accepted=False)
