"""One conversation with Asterisk about one channel, as the scripts see it.

There is no `exec`: what a caller experiences is the dialplan's and ari_app's business.
"""

import asyncio
import re
from typing import Protocol

from agi.protocol import reply
from agi.protocol.command import encode
from agi.protocol.environment import Environment, EnvironmentReader
from agi.protocol.refused import AgiRefused, Reason
from agi.protocol.reply import Reply, ReplyReader
from ari_app.domain.errors import CallerHungUp, Unavailable

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_PLAIN = re.compile(r"[\w.:/+*#-]*")
_BETWEEN = "|"


class Wire(Protocol):
    """Bytes to and from the peer."""

    async def send(self, data: bytes) -> None:
        """Raises CallerHungUp when the peer is gone."""

    async def receive(self) -> bytes:
        """At least one byte, or none when the peer closed."""


class PeerSilent(Unavailable):
    """Asterisk did not answer a command in time."""


class AgiSession:
    """Every command has a deadline. Each of them raises:

    CallerHungUp: the channel is gone, or Asterisk closed the connection.
    PeerSilent: no answer within `command_seconds`; an `Unavailable`.
    AgiRefused: the command would not be one line, or the answer is none.
    """

    def __init__(
        self, environment: Environment, wire: Wire, *, rest: bytes = b"", command_seconds: float
    ) -> None:
        self.environment = environment
        self.notes: dict[str, object] = {}
        self._wire = wire
        self._replies = ReplyReader()
        self._replies.feed(rest)
        self._command_seconds = command_seconds

    @classmethod
    async def accept(cls, wire: Wire, *, command_seconds: float) -> "AgiSession":
        """Read the environment; the deadline is the caller's.

        Raises:
            AgiRefused: the peer is not Asterisk, or somebody speaks through it.
        """
        reader = EnvironmentReader()
        while reader.environment is None:
            data = await wire.receive()
            if data:
                reader.feed(data)
            else:
                reader.feed_eof()
        return cls(reader.environment, wire, rest=reader.rest, command_seconds=command_seconds)

    @property
    def script(self) -> str:
        return self.environment.script

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the dialplan passed after the address."""
        return self.environment.arguments

    @property
    def extension(self) -> str:
        """Where the dialplan stands, not what was dialled: see CC_DIALLED."""
        return self.environment.values.get("agi_extension", "")

    @property
    def caller(self) -> str:
        """As it reached Asterisk: anything at all. Decide on CC_CALLER instead."""
        return self.environment.values.get("agi_callerid", "")

    def note(self, **facts: object) -> None:
        """Facts for the one log line of this request; what concerns people begins with `pii_`."""
        self.notes.update(facts)

    async def get_variable(self, name: str) -> str | None:
        """None when it is not set."""
        return (await self._ask("GET VARIABLE", _name(name))).value

    async def get_variables(self, *names: str) -> dict[str, str]:
        """Empty when not set. One round trip, unless a value holds what stands between them."""
        asked = _BETWEEN.join(f"${{{_name(name)}}}" for name in names)
        answer = await self._ask("GET FULL VARIABLE", asked)
        values = (answer.value or "").split(_BETWEEN)
        if len(values) == len(names):
            return dict(zip(names, values, strict=True))
        return {name: await self.get_variable(name) or "" for name in names}

    async def set_variable(self, name: str, value: str) -> None:
        await self._ask("SET VARIABLE", _name(name), value)

    async def set_variables(self, **values: str) -> None:
        """One round trip, unless a value holds what the dialplan function ARRAY takes apart."""
        if all(map(_PLAIN.fullmatch, values.values())):
            names = ",".join(map(_name, values))
            await self._ask("SET VARIABLE", f"ARRAY({names})", ",".join(values.values()))
        else:
            for name, value in values.items():
                await self.set_variable(name, value)

    async def verbose(self, text: str, level: int = 3) -> None:
        """A line on Asterisk's console."""
        await self._ask("VERBOSE", text, str(level))

    async def _ask(self, verb: str, *arguments: str) -> Reply:
        line = encode(verb, *arguments)
        if self._replies.hung_up:
            raise CallerHungUp
        self._replies.check_idle()
        try:
            async with asyncio.timeout(self._command_seconds):
                await self._wire.send(line)
                answer = await self._answer()
        except TimeoutError as error:
            raise PeerSilent(f"{verb}: no answer in {self._command_seconds} s") from error
        return _succeeded(verb, answer)

    async def _answer(self) -> Reply:
        while (answer := self._replies.take()) is None:
            if self._replies.hung_up:
                raise CallerHungUp
            data = await self._wire.receive()
            if not data:
                raise CallerHungUp
            self._replies.feed(data)
        return answer


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise AgiRefused(Reason.UNSENDABLE, "not a variable name")
    return name


def _succeeded(verb: str, answer: Reply) -> Reply:
    if answer.code == reply.DEAD_CHANNEL:
        raise CallerHungUp
    if answer.code != reply.OK:
        raise AgiRefused(Reason.COMMAND_REFUSED, f"{verb}: {answer.code}")
    return answer
