"""How a call is received: its first prompt at once, everything else while that is heard."""

from typing import Protocol

from ari_app.domain.flow import Flow
from ari_app.domain.route import Customer, Route
from ari_app.flows.active import ActiveCall
from ari_app.workers.flow_book import FlowBook


class Directory(Protocol):
    """Where numbers lead and who calls, as workers.directory has it."""

    def route(self, dialled: str) -> Route: ...
    def is_language_sure(self, route: Route, caller: str) -> bool: ...
    async def customer(self, dialled: str, caller: str) -> Customer | None: ...


class Reception:
    def __init__(self, flows: FlowBook, directory: Directory) -> None:
        self.flows = flows
        self._directory = directory

    def begin(self, call: ActiveCall) -> Flow:
        """Routes a new call. The first prompt is asked for before this returns: it waits neither
        for PostgreSQL nor for a task's turn."""
        route = self._directory.route(call.facts.dialled)
        call.facts.follow(route)
        flow = self.flows.get(route.flow)
        if flow.opening and self._directory.is_language_sure(route, call.facts.caller):
            call.leg.begin(flow.opening, route.language)
        return flow

    async def identify(self, call: ActiveCall) -> None:
        """Who calls: before anything of the call is written or queued."""
        await call.leg.begun()  # until then Asterisk has more use for the processor than we
        customer = await self._directory.customer(call.facts.dialled, call.facts.caller)
        if customer is not None:
            call.facts.belong_to(customer)
