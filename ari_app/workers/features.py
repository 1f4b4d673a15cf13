"""Feature codes: an agent's phone dials one, the state changes, and the phone says which it is."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ari_app.domain.agent import Agent, AgentState, Reason
from ari_app.domain.errors import CallerHungUp, HotlineError, NotFound, Unavailable
from ari_app.domain.speech import Language, Words
from ari_app.flows.beside import beside
from ari_app.flows.log_in import PinJudge, refusal
from ari_app.flows.record_prompt import Studio, record_prompt
from ari_app.ports import Leg, Room
from ari_app.workers.live_tasks import LiveTasks
from ari_app.workers.roster import Roster, Seat

log = logging.getLogger(__name__)

Wish = tuple[AgentState, Reason]
S, R = AgentState, Reason

END_SECONDS = 2.0
RECORD_PROMPT = "prompt"
LOG_IN: Wish = (S.READY, R.LOGIN)
SAID: Mapping[Wish, Words] = {
    LOG_IN: ("agent-logged-in",),
    (S.LOGGED_OUT, R.LOGOUT): ("agent-logged-out",),
    (S.READY, R.BACK): ("agent-ready",),
    (S.READY, R.PHONE_BACK): ("agent-ready",),
    (S.PAUSED, R.BREAK): ("agent-paused", "pause-break"),
    (S.PAUSED, R.LUNCH): ("agent-paused", "pause-lunch"),
    (S.PAUSED, R.MEETING): ("agent-paused", "pause-meeting"),
    (S.PAUSED, R.TRAINING): ("agent-paused", "pause-training"),
    (S.PAUSED, R.TICKET): ("agent-paused", "pause-ticket"),
}


def login(agent: Agent) -> Wish:
    """`*45`: in when out, out when in."""
    return LOG_IN if agent.state is S.LOGGED_OUT else (S.LOGGED_OUT, R.LOGOUT)


def pause(agent: Agent) -> Wish | None:
    """`*46`: a break, or back from it, also from one that is still to come. Nothing for somebody
    who is not at work."""
    if agent.state is S.LOGGED_OUT:
        return None
    if agent.state is S.PHONE_LOST:
        return S.READY, R.PHONE_BACK
    will_pause = agent.next is not None and agent.next.state is S.PAUSED
    return (S.READY, R.BACK) if agent.state is S.PAUSED or will_pause else (S.PAUSED, R.BREAK)


def pause_for(agent: Agent, reason: Reason) -> Wish | None:
    """`*46` and a digit: this pause, whatever went before."""
    return None if agent.state is S.LOGGED_OUT else (S.PAUSED, reason)


FEATURES: Mapping[str, Callable[[Agent], Wish | None]] = {"login": login, "pause": pause}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the phone hears; what comes true after it."""

    said: Words
    language: str
    wish: tuple[Seat, Wish] | None = None


class Features:
    def __init__(
        self,
        open_room: Callable[[str, str], Room],
        roster: Roster,
        pins: PinJudge,
        studio: Studio,
    ) -> None:
        self._open_room = open_room
        self._roster = roster
        self._pins = pins
        self._studio = studio
        self._tasks = LiveTasks("feature")

    def dialled(self, app: str, channel_id: str, arguments: Sequence[str]) -> None:
        """Args: arguments: the feature, the phone's endpoint, and a digit or nothing."""
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
            if arguments[0] == RECORD_PROMPT:
                reply = await self._record_prompt(leg, arguments[1])
            else:
                reply = await self._identified(leg, self._decide(arguments))
            with contextlib.suppress(CallerHungUp):
                await leg.play(reply.said, reply.language)
            await _end(leg)
            # Only now: a phone that still listens to us is busy for the first offer.
            if reply.wish is not None:
                self._apply(*reply.wish)
        except CallerHungUp:
            log.debug("hung up before the end", extra={"leg": leg.id})
        except HotlineError as error:
            log.warning("feature code failed: %s", error)
        finally:
            if not leg.is_gone:
                await leg.hang_up()

    def _decide(self, arguments: Sequence[str]) -> Reply:
        feature, endpoint, *dialled = arguments
        try:
            seat = self._roster.at_phone(endpoint)
        except NotFound:
            return Reply(("agent-not-known",), "zh")
        language = seat.member.language
        if any(dialled):
            reason = self._roster.pauses.dialled(dialled[0])
            if reason is None:
                return Reply(("pause-not-known",), language)
            wish = pause_for(seat.agent, reason)
        else:
            wish = FEATURES[feature](seat.agent)
        if wish is None:
            return Reply(("agent-logged-out",), language)
        return Reply(SAID[wish], language, (seat, wish))

    async def _identified(self, leg: Leg, reply: Reply) -> Reply:
        """Who logs in, and has a PIN, says it first."""
        if reply.wish is None or reply.wish[1] != LOG_IN or not reply.wish[0].member.has_pin:
            return reply
        try:
            instead = await refusal(leg, reply.wish[0].member, self._pins)
        except Unavailable as error:
            log.warning("nobody can judge a PIN: %s", error)
            instead = ("service-unavailable",)
        return reply if instead is None else Reply(instead, reply.language)

    async def _record_prompt(self, leg: Leg, endpoint: str) -> Reply:
        """`*77`: by who may, and has just shown to be who they are."""
        try:
            member = self._roster.at_phone(endpoint).member
        except NotFound:
            return Reply(("agent-not-known",), "zh")
        language: Language = "en" if member.language == "en" else "zh"
        if not (member.is_prompt_editor and member.has_pin):
            return Reply(("prompt-not-allowed",), language)
        try:
            said = await refusal(leg, member, self._pins)
            if said is None:
                said = await record_prompt(leg, self._studio, language, f"agent {member.id}")
        except Unavailable as error:
            log.warning("no prompt can be recorded: %s", error)
            said = ("service-unavailable",)
        return Reply(said, language)

    def _apply(self, seat: Seat, wish: Wish) -> None:
        seat.missed, seat.is_unreachable = 0, False  # it has just dialled us
        self._roster.ask(seat, *wish)
        if seat.state is S.PHONE_LOST:
            self._roster.free(seat, R.PHONE_BACK)


async def _end(leg: Leg) -> None:
    await leg.hang_up()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(END_SECONDS):
            await leg.gone()
