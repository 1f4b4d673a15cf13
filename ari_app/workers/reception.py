"""How a call is received: its first prompt at once, everything else while that is heard."""

from collections.abc import Callable, Collection
from typing import Protocol

from ari_app.domain.acd.past import Past
from ari_app.domain.call import CallFacts
from ari_app.domain.flow import Flow
from ari_app.domain.route import Customer, Route
from ari_app.domain.storm import Storm
from ari_app.flows.active import ActiveCall
from ari_app.ports import AlwaysOpen, Enquiries, Flows, OpeningHours


class Directory(Protocol):
    """Where numbers lead and who calls, as workers.directory has it."""

    def route(self, dialled: str) -> Route: ...
    def is_language_sure(self, language: str, caller: str) -> bool: ...
    async def met(self, call: CallFacts) -> tuple[Customer | None, Past]: ...


class FlowVersions(Protocol):
    """The flows in force and those of calls under way, as workers.flow_shelf has them."""

    @property
    def now(self) -> Flows: ...
    def of(self, version: str) -> Flows: ...
    async def bring(self, versions: Collection[str]) -> Collection[Flows]: ...


class Reception:
    def __init__(
        self,
        flows: FlowVersions,
        directory: Directory,
        enquiries: Enquiries,
        hours: OpeningHours | None = None,
        storm: Callable[[], Storm | None] = lambda: None,
    ) -> None:
        """
        Args:
            hours: without them it is always open.
            storm: the one in force, if there is one.
        """
        self._storm = storm
        self.flows = flows
        self.enquiries = enquiries
        self.hours = hours or AlwaysOpen()
        self._directory = directory

    def route(self, call: ActiveCall) -> Flow:
        """Where a new call leads, and how it is treated on the way."""
        route = self._directory.route(call.facts.dialled)
        call.facts.follow(route)
        storm = self._storm()
        if storm is None:
            return call.flows.get(route.flow)
        call.announcement = storm.profile.announcement
        return call.flows.get(storm.flow_for(call.facts.dialled, route.flow))

    def back(self, call: ActiveCall, version: str, flow: str) -> Flow:
        """Where a call goes on that began with this version of the flows."""
        call.flows = self.flows.of(version)
        return call.flows.get(flow)

    def greet(self, call: ActiveCall, flow: Flow) -> None:
        """The first prompt of a call that was just routed is asked for before this returns: it
        waits neither for PostgreSQL nor for a task's turn."""
        facts = call.facts
        opening = call.announcement or flow.opening
        if opening and self._directory.is_language_sure(facts.language, facts.caller):
            call.leg.begin(opening, facts.language)

    async def identify(self, call: ActiveCall) -> None:
        """Who calls: before anything of the call is written or queued."""
        await call.leg.begun()  # until then Asterisk has more use for the processor than we
        customer, call.facts.past = await self._directory.met(call.facts)
        if customer is not None:
            call.facts.belong_to(customer)
