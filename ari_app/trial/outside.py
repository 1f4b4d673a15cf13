"""Numbers outside that nobody dials: what agents do in a trial, they do too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from ari_app.domain.attempt import AttemptOutcome
from ari_app.domain.call import CallFacts
from ari_app.domain.errors import NotReached
from ari_app.flows.outside_line import Outside, OutsideWish
from ari_app.ports import Leg, Room
from ari_app.trial.situation import Agents, Situation
from ari_app.trial.telephony import TALK_SECONDS, TrialLeg
from ari_app.trial.track import End, Track, TrialOver

FAILS = {Agents.BUSY: AttemptOutcome.BUSY, Agents.NOBODY: AttemptOutcome.NO_ANSWER}


class TrialOutside:
    """What the outbound gate would say is not asked."""

    def __init__(self, track: Track, situation: Situation) -> None:
        self._track = track
        self._situation = situation

    def why_not(self, number: str) -> str:  # noqa: ARG002
        return ""

    @asynccontextmanager
    async def dialled(
        self,
        call: CallFacts,  # noqa: ARG002
        leg: Leg,  # noqa: ARG002
        room: Room,  # noqa: ARG002
        wish: OutsideWish,
    ) -> AsyncIterator[Outside]:
        end = self._track.reached = End("outside", wish.number)
        if self._situation.agents is Agents.WAIT:
            raise TrialOver(end)
        if fails := FAILS.get(self._situation.agents):
            raise NotReached(fails)
        other = TrialLeg(self._track, self._situation, "outside")
        other.hang_up_after(TALK_SECONDS)
        yield Outside(UUID(int=0), other)

    @asynccontextmanager
    async def found(self, call: CallFacts, outside: Outside) -> AsyncIterator[Outside]:  # noqa: ARG002
        yield outside
