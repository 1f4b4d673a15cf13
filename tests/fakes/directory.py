"""Routes and customers that exist only in memory."""

import asyncio
from dataclasses import dataclass, field

from ari_app.domain.acd.past import Past
from ari_app.domain.call import CallFacts
from ari_app.domain.route import DEFAULT_ROUTE, Customer, Route


@dataclass
class FakeDirectory:
    """Each question for a customer takes `seconds`."""

    routes: dict[str, Route] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    is_sure: bool = True
    seconds: float = 0.0
    pasts: dict[str, Past] = field(default_factory=dict)

    def route(self, dialled: str) -> Route:
        return self.routes.get(dialled, DEFAULT_ROUTE)

    def is_language_sure(self, language: str, caller: str) -> bool:
        return self.is_sure

    async def customer(self, dialled: str, caller: str) -> Customer | None:
        await asyncio.sleep(self.seconds)
        return self.customers.get(caller)

    async def past(self, call: CallFacts, preferred_agent: int | None) -> Past:
        return self.pasts.get(call.caller, Past(preferred_agent))
