"""A call that nobody makes: the code of the nodes runs as in the engine, time and telephony are
imagined."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from ari_app.domain.call import CallFacts
from ari_app.domain.flow import Flow
from ari_app.flows.active import ActiveCall
from ari_app.flows.runner import run_flows
from ari_app.ports import Flows
from ari_app.trial.enquiries import trial_enquiries
from ari_app.trial.outside import TrialOutside
from ari_app.trial.situation import ClosedHere, Openings, Situation
from ari_app.trial.telephony import TrialHours, TrialLeg, TrialLine, TrialRoom
from ari_app.trial.track import End, Step, Track, TrialOver
from ari_app.trial.virtual import Stuck, VirtualClock, VirtualLoop

log = logging.getLogger(__name__)

CALL = UUID(int=0)
# What a node of these types leads to, and which of its values says to whom.
LEADS_OUT: Mapping[str, tuple[str, ...]] = {
    "survey": ("survey",),
    "record": ("record", "mailbox", "name"),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """`note` says why it went no further where it should have."""

    flow: str
    steps: list[Step]
    end: End
    note: str = ""

    @property
    def path(self) -> list[str]:
        """The nodes, those of other flows with the flow's name."""
        return [
            step.node if step.flow == self.flow else f"{step.flow}/{step.node}"
            for step in self.steps
        ]

    @property
    def heard(self) -> list[tuple[str, str]]:
        return [one for step in self.steps for one in step.heard]


class Trials:
    """One after the other, on one loop."""

    def __init__(self, flows: Flows, openings: Openings) -> None:
        self._flows = flows
        self._openings = openings
        self._loop = VirtualLoop()

    def __enter__(self) -> "Trials":
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.close()

    def run(self, flow: Flow, situation: Situation) -> Trial:
        track = Track(flow.name)
        end, note = self._end(flow, situation, track)
        return Trial(flow.name, track.steps, end, note)

    def _end(self, flow: Flow, situation: Situation, track: Track) -> tuple[End, str]:
        try:
            self._loop.run(self._call(flow, situation, track))
        except TrialOver as over:
            return over.end, ""
        except Stuck:
            return End("waits for ever"), ""
        except Exception as error:  # a node that needs what only a real call has
            where = track.steps[-1].node if track.steps else flow.start
            log.debug("trial broke off at %s", where, exc_info=True)
            return End("node", where), f"not tried further: {error or type(error).__name__}"
        return track.reached or self._led_out(track) or End("hangup"), ""

    async def _call(self, flow: Flow, situation: Situation, track: Track) -> None:
        clock = VirtualClock(self._loop, situation.at)
        openings = ClosedHere(self._openings, situation.closed)
        call = ActiveCall(
            facts=_facts(situation),
            leg=TrialLeg(track, situation),
            line=TrialLine(track, situation, clock, openings),
            hours=TrialHours(clock, openings),
            room=TrialRoom(track),
            journal=track,
            clock=clock,
            flows=self._flows,
            enquiries=trial_enquiries(situation),
            outside=TrialOutside(track, situation),
        )
        track.call = call
        for name, value in situation.variables.items():
            call.keep(name, value)
        await run_flows(call, flow)

    def _led_out(self, track: Track) -> End | None:
        for step in reversed(track.steps):
            node = self._flows.get(step.flow).node[step.node]
            tag = str(node.__struct_config__.tag)
            if tag in LEADS_OUT:
                names = (getattr(node, name, "") for name in LEADS_OUT[tag])
                return End(tag, str(next(filter(None, names), "")))
        return None


def _facts(situation: Situation) -> CallFacts:
    return CallFacts(
        id=CALL,
        arrived_at=situation.at.astimezone(UTC),
        caller=situation.caller,
        dialled=situation.dialled,
        trunk=None,
        timeslot=None,
        node="trial",
        language=situation.language,
        priority=situation.priority,
        tier=situation.tier,
    )
