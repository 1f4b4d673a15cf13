"""A supervisor moves an agent: written down before and after, refused with a reason."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.errors import IllegalTransition, NotFound, Unavailable
from ari_app.domain.unstick import Order, Ordered
from ari_app.workers.agent_orders import AgentOrders
from tests.fakes.floor import WRAP_UP_SECONDS, Floor, an_agent

S, R = AgentState, Reason
BY = Order("root", "nobody is left in the line")


class Desk:
    """A floor of one agent, and the trail of orders."""

    def __init__(self, **member: Any) -> None:
        self.floor = Floor(replace(an_agent(), **member))
        self.trail: list[tuple[Any, ...]] = []
        self.fails_at = 0
        self.orders = AgentOrders(self.ask, self.floor.roster)

    async def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        if len(self.trail) + 1 == self.fails_at:
            raise Unavailable("PostgreSQL: away")
        return await question(self)

    async def execute(self, _: str, *values: Any) -> str:
        self.trail.append(values)
        return ""

    async def order(self, state: AgentState) -> Ordered:
        return await self.orders.set_state(8001, state, BY)


async def test_an_idle_agent_is_moved_at_once_and_the_reason_is_the_supervisor() -> None:
    desk = Desk()
    desk.floor.log_in()

    assert await desk.order(S.PAUSED) == Ordered(8001, "ready", "paused", "at_once")
    assert desk.floor.seat().agent.reason is R.SUPERVISOR


async def test_who_was_made_ready_gets_the_call_that_waits() -> None:
    desk = Desk()

    async with desk.floor.waiting() as place:
        await desk.order(S.READY)
        assert (await place.agent()).agent_id == 8001


async def test_an_order_during_a_call_comes_true_after_the_wrap_up() -> None:
    desk = Desk()
    desk.floor.log_in()

    async with desk.floor.waiting() as place:
        await place.agent()
        assert await desk.order(S.LOGGED_OUT) == Ordered(8001, "talking", "talking", "afterwards")
    await asyncio.sleep(WRAP_UP_SECONDS + 1)

    assert desk.floor.state() is S.LOGGED_OUT


async def test_what_is_so_already_is_said_to_be_so() -> None:
    desk = Desk()

    assert (await desk.order(S.LOGGED_OUT)).did == "nothing"
    assert desk.floor.journal.facts == []


async def test_being_made_ready_forgives_what_was_missed() -> None:
    desk = Desk()
    desk.floor.seat().missed = 1

    await desk.order(S.READY)

    assert desk.floor.seat().missed == 0


async def test_it_is_written_down_before_and_after_with_who_and_why() -> None:
    desk = Desk()

    await desk.order(S.READY)

    assert [row[:3] for row in desk.trail] == [
        ("root", "set_agent_asked", "agent 8001"),
        ("root", "set_agent", "agent 8001"),
    ]
    assert all("nobody is left" in row[3] for row in desk.trail)


async def test_who_is_told_that_it_is_done_can_rely_on_it() -> None:
    desk = Desk()
    desk.floor.journal.seconds = 3.0

    order = asyncio.create_task(desk.order(S.READY))
    await asyncio.sleep(2.9)
    assert not order.done()
    await asyncio.sleep(0.2)
    assert order.done()


async def test_what_cannot_be_written_down_is_not_done() -> None:
    desk = Desk()
    desk.fails_at = 1

    with pytest.raises(Unavailable):
        await desk.order(S.READY)

    assert desk.floor.state() is S.LOGGED_OUT


@pytest.mark.parametrize(("state", "is_legal"), [(S.READY, False), (S.PAUSED, True)])
async def test_an_agent_without_a_phone_cannot_be_ready(state: AgentState, is_legal: bool) -> None:
    desk = Desk(phone=None)

    if is_legal:
        await desk.order(state)
    else:
        with pytest.raises(IllegalTransition, match="no phone to ring"):
            await desk.order(state)

    assert (desk.floor.state() is state) is is_legal


async def test_an_agent_nobody_knows_is_not_found() -> None:
    desk = Desk()

    with pytest.raises(NotFound):
        await desk.orders.set_state(4711, S.READY, BY)
    assert desk.trail == []
