"""Orders to the engine: only with the token, only what is known, every error with its code."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import HotlineError, IllegalTransition, NotFound, Unavailable
from ari_app.domain.unstick import Order, Ordered, PlayedOn, Unstuck
from ari_app.web.control import LONGEST_BODY, Control

CALL = UUID(int=7)
TOKEN = {"Authorization": "Bearer secret"}
AGENT: dict[str, Any] = {"type": "agent", "id": 1001, "who": "root", "why": "hangs"}
PAUSE: dict[str, Any] = {"id": 1001, "state": "paused", "who": "root", "why": "meeting"}


@dataclass
class Unsticking:
    fails: HotlineError | None = None
    orders: list[tuple[object, Order]] = field(default_factory=list)

    async def agent(self, agent_id: int, order: Order) -> Unstuck:
        return self._done(agent_id, order)

    async def call(self, call_id: UUID, order: Order) -> Unstuck:
        return self._done(call_id, order)

    async def set_state(self, agent_id: int, state: AgentState, order: Order) -> Ordered:
        before = self._done((agent_id, state), order).before
        return Ordered(agent_id, before, state.value, "at_once")

    async def play(self, agent_id: int, prompt: str, language: str, order: Order) -> PlayedOn:
        self._done((agent_id, prompt, language), order)
        return PlayedOn(agent_id, "p1001", prompt)

    def _done(self, subject: object, order: Order) -> Unstuck:
        self.orders.append((subject, order))
        if self.fails:
            raise self.fails
        return Unstuck(str(subject), "talking", "ready", "by_itself")


async def post(
    unsticking: Unsticking,
    headers: dict[str, str],
    body: object,
    token: str = "secret",
    door: str = "unstick",
) -> tuple[int, Any]:
    app = web.Application()
    app.router.add_routes(Control(token, unsticking, unsticking, unsticking).routes())
    async with TestClient(TestServer(app)) as client:
        how = {"data": body} if isinstance(body, bytes) else {"json": body}
        answer = await client.post(f"/control/{door}", headers=headers, **how)
        is_ours = "json" in answer.content_type
        return answer.status, await answer.json(content_type=None) if is_ours else None


async def test_an_agent_is_freed_in_the_name_of_who_asked() -> None:
    unsticking = Unsticking()

    status, said = await post(unsticking, TOKEN, AGENT)

    assert (status, said["after"]) == (200, "ready")
    assert unsticking.orders == [(1001, Order("root", "hangs"))]


async def test_an_agent_is_moved_in_the_name_of_who_asked() -> None:
    orders = Unsticking()

    status, said = await post(orders, TOKEN, PAUSE, door="agents")

    assert (status, said["after"], said["did"]) == (200, "paused", "at_once")
    assert orders.orders == [((1001, AgentState.PAUSED), Order("root", "meeting"))]


@pytest.mark.parametrize(
    "body",
    [{**PAUSE, "state": "asleep"}, {**PAUSE, "why": ""}, {**PAUSE, "id": "1001"}, AGENT, b"{"],
)
async def test_what_moves_no_agent_is_refused(body: object) -> None:
    orders = Unsticking()

    status, said = await post(orders, TOKEN, body, door="agents")

    assert (status, said["code"], orders.orders) == (400, "bad_request", [])


async def test_without_the_token_no_agent_is_moved() -> None:
    orders = Unsticking()

    assert (await post(orders, {}, PAUSE, door="agents"))[0] == 401
    assert orders.orders == []


async def test_a_call_is_named_by_its_id() -> None:
    unsticking = Unsticking()

    await post(unsticking, TOKEN, {**AGENT, "type": "call", "id": str(CALL)})

    assert unsticking.orders == [(CALL, Order("root", "hangs"))]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "secret"}, {"X-Token": "secret"}],
)
async def test_without_the_token_nothing_happens(headers: dict[str, str]) -> None:
    unsticking = Unsticking()

    status, said = await post(unsticking, headers, AGENT)

    assert (status, said["code"], unsticking.orders) == (401, "unauthorised", [])


async def test_an_engine_without_a_token_has_no_such_door() -> None:
    assert (await post(Unsticking(), {"Authorization": "Bearer "}, AGENT, token=""))[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        {**AGENT, "force": True},
        {**AGENT, "id": 0},
        {**AGENT, "id": "1001"},
        {**AGENT, "why": ""},
        {**AGENT, "why": "x" * 501},
        {**AGENT, "type": "queue"},
        {"type": "agent", "id": 1001},
    ],
)
async def test_what_is_not_an_order_is_refused(body: object) -> None:
    unsticking = Unsticking()

    status, said = await post(unsticking, TOKEN, body)

    assert (status, said["code"], unsticking.orders) == (400, "bad_request", [])


async def test_a_body_that_never_ends_is_not_read_to_its_end() -> None:
    assert (await post(Unsticking(), TOKEN, b" " * (LONGEST_BODY + 1)))[0] == 413


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("agent", 1001), 404, "not_found"),
        (Unavailable("PostgreSQL: away"), 503, "unavailable"),
        (HotlineError("no"), 409, "refused"),
        (IllegalTransition("agent 1001: no"), 409, "refused"),
    ],
)
async def test_a_failure_says_which(error: HotlineError, status: int, code: str) -> None:
    found, said = await post(Unsticking(fails=error), TOKEN, AGENT)

    assert (found, said["code"]) == (status, code)


async def test_a_prompt_is_played_on_the_phone_of_an_agent() -> None:
    orders = Unsticking()
    wanted = {"id": 1001, "prompt": "welcome", "language": "zh", "who": "root", "why": "listens"}

    status, said = await post(orders, TOKEN, wanted, door="prompts/play")

    assert (status, said["phone"]) == (200, "p1001")
    assert orders.orders == [((1001, "welcome", "zh"), Order("root", "listens"))]


async def test_a_prompt_has_no_path() -> None:
    wanted = {"id": 1, "prompt": "../../x", "language": "zh", "who": "a", "why": "b"}

    assert (await post(Unsticking(), TOKEN, wanted, door="prompts/play"))[0] == 400
