"""Routes and customers that exist only in memory."""

import asyncio
from dataclasses import dataclass, field

from ari_app.domain.acd.past import Past
from ari_app.domain.call import CallFacts
from ari_app.domain.route import DEFAULT_ROUTE, Customer, Route


@dataclass
class FakeDirectory:
    """To say who calls takes `seconds`."""

    routes: dict[str, Route] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    is_sure: bool = True
    seconds: float = 0.0
    pasts: dict[str, Past] = field(default_factory=dict)

    def route(self, dialled: str) -> Route:
        return self.routes.get(dialled, DEFAULT_ROUTE)

    def is_language_sure(self, language: str, caller: str) -> bool:
        return self.is_sure

    async def met(self, call: CallFacts) -> tuple[Customer | None, Past]:
        await asyncio.sleep(self.seconds)
        customer = self.customers.get(call.caller)
        own_agent = customer.preferred_agent if customer else None
        return customer, self.pasts.get(call.caller, Past(own_agent))
