"""Where a call goes, whatever the store says."""

import asyncio
from uuid import UUID

import pytest

from agi.handlers import route_call
from ari_app.domain.errors import CallerHungUp, NotFound, Unavailable
from ari_app.domain.route import DEFAULT_ROUTE, Route
from tests.fakes.agi_peer import FakeAsterisk, session

CUSTOMER = UUID("6f1c1c1e-0000-4000-8000-000000000001")
VIP = Route("cards", "en", 9, "vip", CUSTOMER)
CALL = {"CC_CALL": "c1", "CC_DIALLED": "4001", "CC_CALLER": "13800138000"}
DEFAULTS = {
    "CC_FLOW": "hotline",
    "CC_LANGUAGE": "zh",
    "CC_PRIORITY": "0",
    "CC_TIER": "normal",
    "CC_CUSTOMER": "",
}


class FakeRoutes:
    def __init__(self, route: Route | Exception | None = VIP) -> None:
        self.route = route
        self.asked: list[tuple[str, str]] = []

    async def for_number(self, *, dialled: str, caller: str) -> Route:
        self.asked.append((dialled, caller))
        if isinstance(self.route, Exception):
            raise self.route
        while self.route is None:
            await asyncio.Event().wait()
        return self.route


async def test_the_route_of_the_number_becomes_variables() -> None:
    asterisk, routes = FakeAsterisk(CALL | {}), FakeRoutes()

    await route_call.handle(session(asterisk, callerid="110"), routes)

    assert routes.asked == [("4001", "13800138000")]
    assert asterisk.variables == CALL | {
        "CC_FLOW": "cards",
        "CC_LANGUAGE": "en",
        "CC_PRIORITY": "9",
        "CC_TIER": "vip",
        "CC_CUSTOMER": str(CUSTOMER),
    }


@pytest.mark.parametrize("answer", [None, Unavailable("away"), NotFound("route", "x")])
async def test_nobody_to_ask_means_the_default_route(answer: Exception | None) -> None:
    asterisk = FakeAsterisk(CALL | {})
    agi = session(asterisk)

    await route_call.handle(agi, FakeRoutes(answer))

    assert asterisk.variables == CALL | DEFAULTS
    assert "default route" in str(agi.notes["degraded"])


@pytest.mark.parametrize("dialled", ["", "4001;", "SIP/x", "1" * 40])
async def test_a_dialled_number_that_is_none_is_not_looked_up(dialled: str) -> None:
    asterisk, routes = FakeAsterisk(CALL | {"CC_DIALLED": dialled}), FakeRoutes()

    await route_call.handle(session(asterisk), routes)

    assert routes.asked == []
    assert asterisk.variables["CC_FLOW"] == DEFAULT_ROUTE.flow


async def test_a_caller_who_is_no_number_is_routed_as_unknown() -> None:
    routes = FakeRoutes()

    await route_call.handle(session(FakeAsterisk(CALL | {"CC_CALLER": "<b>"})), routes)

    assert routes.asked == [("4001", "")]


async def test_a_caller_who_hangs_up_ends_it() -> None:
    with pytest.raises(CallerHungUp):
        await route_call.handle(session(FakeAsterisk(CALL | {}, hangs_up_at=1)), FakeRoutes())


async def test_the_log_line_names_the_call_and_no_number() -> None:
    agi = session(FakeAsterisk(CALL | {}))

    await route_call.handle(agi, FakeRoutes())

    assert agi.notes == {"call_id": "c1", "flow": "cards"}


async def test_asterisk_is_asked_once_and_told_once() -> None:
    asterisk = FakeAsterisk(CALL | {})

    await route_call.handle(session(asterisk), FakeRoutes())

    assert len(asterisk.commands) == 2
