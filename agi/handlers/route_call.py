"""agi://…/route_call: decide where an inbound call goes.

Reads  CC_CALL, CC_DIALLED, CC_CALLER (filtered by the dialplan; never agi_callerid)
Sets   CC_FLOW, CC_LANGUAGE, CC_PRIORITY, CC_TIER, CC_CUSTOMER
"""

import asyncio
from typing import Protocol

from agi.session import AgiSession
from agi.variables import CC_CALL, CC_CALLER, CC_DIALLED
from ari_app.domain.call_end import NUMBER
from ari_app.domain.errors import HotlineError
from ari_app.domain.route import DEFAULT_ROUTE, Route

PATIENCE_SECONDS = 1.0  # the caller hears nothing meanwhile


class Routes(Protocol):
    async def for_number(self, *, dialled: str, caller: str) -> Route:
        """Raises Unavailable when nobody can say."""


async def handle(agi: AgiSession, routes: Routes) -> None:
    said = await agi.get_variables(CC_CALL, CC_DIALLED, CC_CALLER)
    agi.note(call_id=said[CC_CALL])
    route = await _find_route(agi, routes, dialled=said[CC_DIALLED], caller=said[CC_CALLER])
    agi.note(flow=route.flow)
    await agi.set_variables(
        CC_FLOW=route.flow,
        CC_LANGUAGE=route.language,
        CC_PRIORITY=str(route.priority),
        CC_TIER=route.tier,
        CC_CUSTOMER=str(route.customer_id or ""),
    )


async def _find_route(agi: AgiSession, routes: Routes, *, dialled: str, caller: str) -> Route:
    if not dialled or not NUMBER.fullmatch(dialled):
        agi.note(degraded="CC_DIALLED is not a number")
        return DEFAULT_ROUTE
    known_caller = caller if NUMBER.fullmatch(caller) else ""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await routes.for_number(dialled=dialled, caller=known_caller)
    except (HotlineError, TimeoutError) as error:
        agi.note(degraded=f"default route: {type(error).__name__}")
        return DEFAULT_ROUTE
