"""What the generated operations are made of: the operation, and the class that sends it."""

import asyncio
import re
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast
from urllib.parse import quote, urlencode

import msgspec

from ari_app.ari.errors import AriUnavailable, reason_in, refusal

T = TypeVar("T")

FIRST_REFUSAL = 400
PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")  # nothing to quote: most ids
Values = Mapping[str, Any]
_encode = msgspec.json.Encoder().encode


class Answer(NamedTuple):
    status: int
    reason: str
    body: str | bytes


class Operation(Generic[T]):
    """One thing Asterisk can be asked; `slow` ones may wait and go by HTTP."""

    __slots__ = ("_decoder", "_in_body", "binary", "method", "name", "path", "slow")

    def __init__(
        self,
        name: str,
        method: str,
        path: str,
        answer: type[T] | None = None,
        *,
        slow: bool = False,
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.slow = slow or answer is bytes
        self.binary = answer is bytes
        self._in_body = method in {"POST", "PUT"}
        self._decoder = msgspec.json.Decoder(answer) if answer and not self.binary else None

    def render(self, path: Sequence[str], values: Values | None) -> tuple[str, bytes | None]:
        """URI below /ari and JSON body.

        POST and PUT carry their values as JSON, so that any text of any length passes; the
        others in the query, where Asterisk takes several values separated by commas.
        """
        uri = self.path.format(*map(_quoted, path)) if path else self.path
        given = {key: one for key, one in values.items() if one is not None} if values else None
        if not given:
            return uri, None
        if self._in_body:
            return uri, _encode(given)
        return f"{uri}?{urlencode({key: _in_query(one) for key, one in given.items()})}", None

    def decode(self, body: str | bytes) -> T:
        """The typed answer; raises MsgspecError or ValueError when it is not as described."""
        if self._decoder is not None:
            return self._decoder.decode(body)
        return cast(T, body if self.binary else None)


class Transport(Protocol):
    """Takes a rendered operation to Asterisk and brings the answer, whatever its status."""

    def send(
        self, operation: Operation[Any], uri: str, body: bytes | None
    ) -> Awaitable[Answer]: ...


class Resource:
    """Base of the generated classes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def _ask(
        self, operation: Operation[T], path: tuple[str, ...] = (), values: Values | None = None
    ) -> T:
        """Raises NotFound, Conflict, AriRefused, AriUnavailable or Fenced."""
        return await self._read(operation, path, self._send(operation, path, values))

    def _send(
        self, operation: Operation[Any], path: tuple[str, ...] = (), values: Values | None = None
    ) -> Awaitable[Answer]:
        """Raises AriUnavailable or Fenced."""
        uri, body = operation.render(path, values)
        return self._transport.send(operation, uri, body)

    async def _read(
        self, operation: Operation[T], path: tuple[str, ...], sent: Awaitable[Answer]
    ) -> T:
        """Raises as `_ask`."""
        status, reason, answer = await sent
        if status >= FIRST_REFUSAL:
            raise refusal(operation.name, path, status, reason_in(answer, reason))
        try:
            return operation.decode(answer)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            reason = f"unreadable answer: {error}"
            raise AriUnavailable(operation.name, reason, outcome_known=False) from error


def unread(sent: Awaitable[T]) -> "asyncio.Future[T]":
    """What may be answered when nobody reads it any more, of which asyncio would complain."""
    answer = asyncio.ensure_future(sent)
    answer.add_done_callback(_look)
    return answer


def _look(answer: "asyncio.Future[Any]") -> None:
    if not answer.cancelled():
        answer.exception()


def _quoted(one: str) -> str:
    return one if PLAIN.fullmatch(one) else quote(one, safe="")


def _in_query(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return ",".join(map(str, value)) if isinstance(value, Sequence) else str(value)
