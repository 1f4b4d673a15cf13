"""What programs of the same machine may order the engine to do: `POST /control/unstick`.

Only with the site's token, and only on the loopback address the engine listens on.
"""

import hmac
import logging
from collections.abc import Mapping
from typing import Annotated, Any, Protocol
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import Meta

from ari_app.domain.errors import HotlineError, NotFound, Unavailable
from ari_app.domain.unstick import Order, Unstuck

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


_orders: msgspec.json.Decoder[UnstickAgent | UnstickCall] = msgspec.json.Decoder(
    UnstickAgent | UnstickCall
)


class Unsticking(Protocol):
    async def agent(self, agent_id: int, order: Order) -> Unstuck: ...

    async def call(self, call_id: UUID, order: Order) -> Unstuck: ...


class Control:
    """Without a token nothing is served. Errors are RFC 9457 problems with a stable `code`."""

    def __init__(self, token: str, unsticking: Unsticking) -> None:
        self._expected = f"Bearer {token}".encode() if token else None
        self._unsticking = unsticking

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/control/unstick", self._unstick)] if self._expected else []

    async def _unstick(self, request: web.Request) -> web.Response:
        if not self._may(request.headers.get("Authorization", "")):
            return _problem(401, "unauthorised", "the token is missing or wrong")
        body = await request.content.read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            return _problem(413, "too_long", f"more than {LONGEST_BODY} bytes")
        try:
            order = _orders.decode(body)
        except msgspec.DecodeError as error:
            return _problem(400, "bad_request", str(error))
        return await self._obey(order)

    async def _obey(self, order: UnstickAgent | UnstickCall) -> web.Response:
        by = Order(order.who, order.why)
        try:
            if isinstance(order, UnstickAgent):
                return _json(200, await self._unsticking.agent(order.id, by))
            return _json(200, await self._unsticking.call(order.id, by))
        except NotFound as error:
            return _problem(404, "not_found", str(error))
        except Unavailable as error:
            return _problem(503, "unavailable", str(error))
        except HotlineError as error:
            log.exception("not unstuck")
            return _problem(409, "refused", str(error))

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
