"""What programs of the same machine may order the engine to do: `POST /control/...`.

Only with the site's token, and only on the loopback address the engine listens on.
"""

import hmac
import logging
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import Meta

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import HotlineError, IllegalTransition, NotFound, Unavailable
from ari_app.domain.unstick import Order, Ordered, PlayedOn, Unstuck

log = logging.getLogger(__name__)

LONGEST_BODY = 16_384  # bytes
Text = Annotated[str, Meta(min_length=1, max_length=500)]
AgentNumber = Annotated[int, Meta(gt=0, lt=2**31)]


class UnstickAgent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="agent"):
    id: AgentNumber
    who: Text
    why: Text


class UnstickCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="call"):
    id: UUID
    who: Text
    why: Text


class SetAgent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: AgentNumber
    state: AgentState
    who: Text
    why: Text


class PlayPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On the phone of agent `id`."""

    id: AgentNumber
    prompt: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,80}$")]
    language: Literal["zh", "en"]
    who: Text
    why: Text


AnyOrder = UnstickAgent | UnstickCall | SetAgent | PlayPrompt
Orders = msgspec.json.Decoder[Any]
_unsticking: Orders = msgspec.json.Decoder(UnstickAgent | UnstickCall)
_setting: Orders = msgspec.json.Decoder(SetAgent)
_playing: Orders = msgspec.json.Decoder(PlayPrompt)


class Unsticking(Protocol):
    async def agent(self, agent_id: int, order: Order) -> Unstuck: ...

    async def call(self, call_id: UUID, order: Order) -> Unstuck: ...


class SettingAgents(Protocol):
    async def set_state(self, agent_id: int, state: AgentState, order: Order) -> Ordered: ...


class PlayingPrompts(Protocol):
    async def play(self, agent_id: int, prompt: str, language: str, order: Order) -> PlayedOn: ...


class Control:
    """Without a token nothing is served. Errors are RFC 9457 problems with a stable `code`."""

    def __init__(
        self, token: str, unsticking: Unsticking, agents: SettingAgents, prompts: PlayingPrompts
    ) -> None:
        self._expected = f"Bearer {token}".encode() if token else None
        self._unsticking = unsticking
        self._agents = agents
        self._prompts = prompts

    def routes(self) -> list[web.RouteDef]:
        if self._expected is None:
            return []
        return [
            web.post("/control/unstick", self._unstick),
            web.post("/control/agents", self._set_agent),
            web.post("/control/prompts/play", self._play_prompt),
        ]

    async def _unstick(self, request: web.Request) -> web.Response:
        return await self._take(request, _unsticking)

    async def _set_agent(self, request: web.Request) -> web.Response:
        return await self._take(request, _setting)

    async def _play_prompt(self, request: web.Request) -> web.Response:
        return await self._take(request, _playing)

    async def _take(self, request: web.Request, orders: Orders) -> web.Response:
        if not self._may(request.headers.get("Authorization", "")):
            return _problem(401, "unauthorised", "the token is missing or wrong")
        body = await request.content.read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            return _problem(413, "too_long", f"more than {LONGEST_BODY} bytes")
        try:
            order: AnyOrder = orders.decode(body)
        except msgspec.DecodeError as error:
            return _problem(400, "bad_request", str(error))
        return await self._obey(order)

    async def _obey(self, order: AnyOrder) -> web.Response:
        try:
            return _json(200, await self._done(order, Order(order.who, order.why)))
        except NotFound as error:
            return _problem(404, "not_found", str(error))
        except Unavailable as error:
            return _problem(503, "unavailable", str(error))
        except IllegalTransition as error:
            return _problem(409, "refused", str(error))
        except HotlineError as error:
            log.exception("an order failed")
            return _problem(409, "refused", str(error))

    async def _done(self, order: AnyOrder, by: Order) -> Unstuck | Ordered | PlayedOn:
        match order:
            case UnstickAgent():
                return await self._unsticking.agent(order.id, by)
            case UnstickCall():
                return await self._unsticking.call(order.id, by)
            case SetAgent():
                return await self._agents.set_state(order.id, order.state, by)
            case PlayPrompt():
                return await self._prompts.play(order.id, order.prompt, order.language, by)

    def _may(self, given: str) -> bool:
        """Takes the same time whatever is wrong with it."""
        expected = self._expected or b""
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected)


def _json(status: int, document: Any, kind: str = "application/json") -> web.Response:
    return web.Response(body=msgspec.json.encode(document), status=status, content_type=kind)


def _problem(status: int, code: str, detail: str) -> web.Response:
    document: Mapping[str, Any] = {
        "type": "about:blank",
        "status": status,
        "code": code,
        "detail": detail,
    }
    return _json(status, document, "application/problem+json")
