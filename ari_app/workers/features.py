"""Feature codes: an agent's phone dials one, the state changes, and the phone says which it is."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.errors import CallerHungUp, HotlineError, NotFound
from ari_app.flows.beside import beside
from ari_app.ports import Leg, Room
from ari_app.workers.live_tasks import LiveTasks
from ari_app.workers.roster import Roster, Seat

log = logging.getLogger(__name__)

Wish = tuple[AgentState, Reason]
S, R = AgentState, Reason

END_SECONDS = 2.0
SAID = {
    S.READY: "agent-ready",
    S.PAUSED: "agent-paused",
    S.LOGGED_OUT: "agent-logged-out",
}


def login(state: AgentState) -> Wish:
    """`*45`: in when out, out when in."""
    return (S.READY, R.LOGIN) if state is S.LOGGED_OUT else (S.LOGGED_OUT, R.LOGOUT)


def pause(state: AgentState) -> Wish | None:
    """`*46`: a break, or back from it. Nothing for somebody who is not at work."""
    if state is S.LOGGED_OUT:
        return None
    if state is S.PHONE_LOST:
        return S.READY, R.PHONE_BACK
    return (S.READY, R.BACK) if state is S.PAUSED else (S.PAUSED, R.BREAK)


FEATURES: Mapping[str, Callable[[AgentState], Wish | None]] = {"login": login, "pause": pause}


class Features:
    def __init__(self, open_room: Callable[[str, str], Room], roster: Roster) -> None:
        self._open_room = open_room
        self._roster = roster
        self._tasks = LiveTasks("feature")

    def dialled(self, app: str, channel_id: str, arguments: Sequence[str]) -> None:
        """Args: arguments: the feature and the endpoint of the phone."""
        room = self._open_room(app, f"feature {channel_id}")
        self._tasks.start(self._serve(room, room.leg(channel_id), arguments), channel_id)

    async def _serve(self, room: Room, leg: Leg, arguments: Sequence[str]) -> None:
        try:
            async with beside(room.run(), f"events of {leg.id}"):
                await self._talk(leg, arguments)
        finally:
            room.close()

    async def _talk(self, leg: Leg, arguments: Sequence[str]) -> None:
        try:
            await leg.answer()
            said, language, wish = self._decide(arguments)
            with contextlib.suppress(CallerHungUp):
                await leg.play((said,), language)
            await _end(leg)
            # Only now: a phone that still listens to us is busy for the first offer.
            if wish is not None:
                self._apply(*wish)
        except HotlineError as error:
            log.warning("feature code failed: %s", error)
        finally:
            if not leg.is_gone:
                await leg.hang_up()

    def _decide(self, arguments: Sequence[str]) -> tuple[str, str, tuple[Seat, Wish] | None]:
        """What to say, in which language, and what to do then."""
        feature, endpoint = arguments
        try:
            seat = self._roster.at_phone(endpoint)
        except NotFound:
            return "agent-not-known", "zh", None
        language = seat.member.language
        wish = FEATURES[feature](seat.state)
        if wish is None:
            return "agent-logged-out", language, None
        if wish == (S.READY, R.LOGIN):
            return "agent-logged-in", language, (seat, wish)
        return SAID[wish[0]], language, (seat, wish)

    def _apply(self, seat: Seat, wish: Wish) -> None:
        seat.missed, seat.is_unreachable = 0, False  # it has just dialled us
        self._roster.ask(seat, *wish)
        if seat.state is S.PHONE_LOST and wish[0] is S.READY:
            self._roster.free(seat, R.PHONE_BACK)


async def _end(leg: Leg) -> None:
    await leg.hang_up()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(END_SECONDS):
            await leg.gone()
