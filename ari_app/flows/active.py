"""A call while its flow runs: its facts, its leg, and what it has reached so far."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from ari_app.domain.call import CallFacts
from ari_app.domain.facts import (
    CallPlaced,
    CustomerIdentified,
    EndReason,
    EventType,
    Happened,
    LanguageChosen,
    Outcome,
    PlaceKind,
)
from ari_app.domain.flow import Prospect, WayOut
from ari_app.domain.route import Customer
from ari_app.domain.speech import Language
from ari_app.domain.variables import filled
from ari_app.flows.outside_line import NoOutsideLine, OutsideLine
from ari_app.ports import (
    AlwaysOpen,
    Clock,
    Enquiries,
    Flows,
    Journal,
    Leg,
    Line,
    OpeningHours,
    Reached,
    Room,
    Speech,
)

log = logging.getLogger(__name__)

# Later is further: a call's outcome is the furthest thing it reached.
REACHED = (
    Outcome.NOT_REACHED,
    Outcome.ABANDONED_IN_FLOW,
    Outcome.SERVED_BY_FLOW,
    Outcome.ABANDONED,
    Outcome.FALLBACK,
    Outcome.LEFT_MESSAGE,
    Outcome.CALLBACK_BOOKED,
    Outcome.TALKED,
    Outcome.TRANSFERRED_OUT,
)


MOST_KEYS = 100
"""That a timeline names of one call: nobody means to press more."""

ANOTHER_FLOW = "another_flow"
"""The exit of a node that leaves the whole flow: `next_flow` follows."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A flow that called another one, and the node whose exits it goes on by."""

    flow: str
    version: str
    node: str


def read_frames(state: Mapping[str, Any]) -> list[Frame]:
    """From a saved step, also one of an earlier version."""
    return [Frame(*one) for one in state.get("frames", ())]


@dataclass(slots=True)
class Consult:
    """The agent who talks asks a colleague, while the caller holds. Setting `taken` gives the
    colleague to the caller. `own` is the agent's second channel."""

    own: Leg
    colleague: Reached
    taken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class ActiveCall:
    """What a node works with; `at` is the step of the flow it is in."""

    facts: CallFacts
    leg: Leg
    line: Line
    room: Room
    journal: Journal
    clock: Clock
    flows: Flows  # of one version: whatever flow it is led to is of the same
    enquiries: Enquiries
    hours: OpeningHours = field(default_factory=AlwaysOpen)
    speech: Speech | None = None
    outside: OutsideLine = field(default_factory=NoOutsideLine)
    flow: str = ""
    flow_version: str = ""
    at: str = ""
    ways_out: Mapping[str, WayOut] = field(default_factory=dict)  # of the step, by key
    next_flow: str = ""
    announcement: tuple[str, ...] = ()  # what is said before the flow, for a time
    frames: list[Frame] = field(default_factory=list)  # of the flows that wait for this one
    consult: Consult | None = None
    # Set when the phone of the agent asks on its other channel to hand over.
    hand_over: asyncio.Event = field(default_factory=asyncio.Event)
    step: int = 0
    keys: int = 0  # pressed so far, secret ones aside
    outcome: Outcome = Outcome.ABANDONED_IN_FLOW
    end_reason: EndReason = EndReason.CALLER_HUNG_UP

    @property
    def language(self) -> str:
        return self.facts.language

    def happened(self, type: EventType, **detail: Any) -> None:
        """One entry of the timeline. Never personal data, never a secret's digits."""
        self.journal.write(
            Happened(
                call_id=self.facts.id,
                arrived_at=self.facts.arrived_at,
                at=self.clock.now(),
                event_id=uuid4(),
                type=type,
                detail=detail,
            )
        )

    def pressed(self, key: str) -> None:
        """One entry of the timeline, up to MOST_KEYS of them. Not for the keys of secrets."""
        self.keys += 1
        if self.keys <= MOST_KEYS:
            self.happened(EventType.KEY_PRESSED, key=key)

    def reached(self, outcome: Outcome) -> None:
        """Something better than before; what was reached is never taken back."""
        if not self.has_reached(outcome):
            self.outcome = outcome

    @property
    def outcome_in_the_end(self) -> Outcome:
        """Nobody gives up whose call was taken away; who was served by then, was."""
        if self.end_reason not in {EndReason.PBX_RESTART, EndReason.FAULT}:
            return self.outcome
        return self.outcome if self.has_reached(Outcome.LEFT_MESSAGE) else Outcome.FAILED

    def has_reached(self, outcome: Outcome) -> bool:
        return REACHED.index(self.outcome) >= REACHED.index(outcome)

    def placed(self, kind: PlaceKind, **state: Any) -> None:
        """Saves where the call is: what a restarted process goes on from."""
        self.step += 1
        self.journal.write(
            CallPlaced(
                call_id=self.facts.id,
                arrived_at=self.facts.arrived_at,
                at=self.clock.now(),
                step=self.step,
                node=self.facts.node,
                kind=kind,
                flow=self.flow,
                flow_version=self.flow_version,
                flow_node=self.at,
                state={
                    **self.facts.remembered(),
                    "outcome": self.outcome.value,
                    "flows": self.flows.version,
                    "frames": [[one.flow, one.version, one.node] for one in self.frames],
                    **state,
                },
            )
        )

    def look(self, name: str) -> str:
        """A variable, or what is known of the call: `call.caller`. "" for what is not known."""
        return self.facts.look(name)

    def filled(self, text: str) -> str:
        """With each `{name}` replaced by its value."""
        return filled(text, self.facts.look)

    def keep(self, name: str, value: object, *, secret: bool = False) -> None:
        """As a variable of the call, for this node and all that follow."""
        if not self.facts.variables.set(name, value, secret=secret):
            log.warning("no room for a variable", extra={"call_id": str(self.facts.id)})
            self.facts.variables.forget(name)  # better unknown than out of date

    def keep_all(self, texts: Mapping[str, str]) -> None:
        """All are worked out before the first is set: one may be named like what another reads."""
        values = {name: self.filled(text) for name, text in texts.items()}
        for name, value in values.items():
            self.keep(name, value)

    def prospect(self, queue: str) -> Prospect:
        return self.line.prospect(self.facts, queue)

    @property
    def spoken_language(self) -> Language:
        return "en" if self.facts.language == "en" else "zh"

    def identified_as(self, customer: Customer) -> None:
        """From now on it is this customer's call."""
        spoken = self.language
        self.facts.belong_to(customer)
        self.journal.write(
            CustomerIdentified(
                call_id=self.facts.id,
                arrived_at=self.facts.arrived_at,
                at=self.clock.now(),
                customer_id=customer.id,
                tier=customer.tier,
            )
        )
        if self.language != spoken:
            self.speak(self.language)

    def speak(self, language: str) -> None:
        """From now on the caller is spoken to in this language."""
        self.facts.language = language
        self.journal.write(
            LanguageChosen(
                call_id=self.facts.id,
                arrived_at=self.facts.arrived_at,
                at=self.clock.now(),
                language=language,
            )
        )

    async def say(self, prompts: Sequence[str]) -> None:
        await self.leg.play(prompts, self.language)
