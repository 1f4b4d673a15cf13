"""Feature codes: an agent's phone dials one, the state changes, and the phone says which it is."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.errors import CallerHungUp, HotlineError, NotFound
from ari_app.ports import Room
from ari_app.workers.live_tasks import LiveTasks
from ari_app.workers.roster import Roster, Seat

log = logging.getLogger(__name__)

Wish = tuple[AgentState, Reason]
S, R = AgentState, Reason

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
        self._tasks.start(self._serve(app, channel_id, arguments), channel_id)

    async def _serve(self, app: str, channel_id: str, arguments: Sequence[str]) -> None:
        room = self._open_room(app, f"feature {channel_id}")
        pump = asyncio.create_task(room.run(), name=f"events of {channel_id}")
        leg = room.leg(channel_id)
        try:
            await leg.answer()
            said, language, wish = self._decide(arguments)
            with contextlib.suppress(CallerHungUp):
                await leg.play((said,), language)
            await leg.hang_up()
            async with asyncio.timeout(2):
                await leg.gone()
            # Only now: a phone that still listens to us is busy for the first offer.
            if wish is not None:
                self._apply(*wish)
        except (HotlineError, TimeoutError) as error:
            log.warning("feature code failed: %s", error)
            await leg.hang_up()
        finally:
            pump.cancel()
            room.close()

    def _decide(self, arguments: Sequence[str]) -> tuple[str, str, tuple[Seat, Wish] | None]:
        """What to say, in which language, and what to do then."""
        feature, endpoint = arguments[0], arguments[1]
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
        seat.missed = 0
        self._roster.ask(seat, *wish)
