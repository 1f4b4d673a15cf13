"""AMI through panoramisk, with a deadline on everything and the guard in front.

panoramisk reconnects by itself and then sends again what had no answer: a Redirect could fire
minutes late. So a connection of ours is used once; who wants another one opens another one.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from watchdog.guard import checked

_QUIET = logging.getLogger("watchdog.panoramisk")
_UNSET = ("", "(null)")
_NEVER = 10**6  # seconds; the round of looks is the ping


class AmiLost(Exception):
    """No answer in time, or the connection ended; open another one."""


class AmiSaidNo(Exception):
    """Asterisk refused one action (the channel is gone, say); the connection is fine."""


class _Link(Manager):  # type: ignore[misc]  # the library has no types
    """One connection that never comes back."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop, log=_QUIET, ping_delay=_NEVER, ping_interval=_NEVER)
        self.forgetable_actions = _Everything()
        self.lost = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the library's shape
        self.lost.set()


class _Everything(tuple[str, ...]):
    """Contains every action: none is kept to be sent again."""

    __slots__ = ()

    def __contains__(self, action: object) -> bool:
        return True


class Ami:
    """What the watchdog may ask and do. Every method raises AmiLost, AmiSaidNo or Refused."""

    def __init__(self, link: _Link, seconds: float) -> None:
        self._link = link
        self._seconds = seconds

    @classmethod
    @asynccontextmanager
    async def open(
        cls, host: str, port: int, user: str, password: str, seconds: float
    ) -> AsyncIterator["Ami"]:
        """Logged in, without events.

        Args:
            seconds: how long the connection and each answer may take.
        """
        loop = asyncio.get_running_loop()
        link = _Link(loop)
        try:
            async with asyncio.timeout(seconds):
                made = await loop.create_connection(AMIProtocol, host, port)
        except (OSError, TimeoutError) as error:
            raise AmiLost(f"port {port}: {error or 'no answer'}") from error
        link.connection_made(_done(loop, made))
        try:
            ami = cls(link, seconds)
            await ami.ask("Login", Username=user, Secret=password, Events="off")
            yield ami
        finally:
            link.close()
            made[0].abort()  # a peer that reads nothing would keep a polite close for ever

    async def channels(self, variables: Sequence[str]) -> list[dict[str, object]]:
        """Every channel as Status shows it, with these channel variables."""
        listed = await self.ask("Status", Variables=",".join(variables))
        answers = listed if isinstance(listed, list) else [listed]
        return [dict(answer) for answer in answers if answer.get("Event") == "Status"]

    async def global_variable(self, name: str) -> str | None:
        return _value(await self.ask("Getvar", Variable=name))

    async def callers(self, group: str) -> int:
        """How many Asterisk counts as `new` or `taken`; their channels are not looked at.

        Raises AmiSaidNo when it does not count: then nobody can tell who was taken, and nobody is
        moved.
        """
        count = _value(await self.ask("Getvar", Variable=f"GROUP_COUNT({group}@call)"))
        if count is None or not count.isdecimal():
            raise AmiSaidNo("Asterisk counts no callers; was it started with the present files?")
        return int(count)

    async def variable(self, channel: str, name: str) -> str | None:
        return _value(await self.ask("Getvar", Channel=channel, Variable=name))

    async def send_to_fallback(self, channel: str, why: str) -> None:
        """Takes the channel from whatever it does into [app-fallback]."""
        await self.ask("Setvar", Channel=channel, Variable="CC_FALLBACK", Value=why)
        await self.ask("Redirect", Channel=channel, Context="app-fallback", Exten="s", Priority="1")

    async def ask(self, action: str, **headers: str) -> Any:
        """The answer, a message or for a list several. The only way to send anything."""
        future = self._link.send_action(checked(action, headers))
        ended = asyncio.ensure_future(self._link.lost.wait())
        try:
            await asyncio.wait(
                (future, ended), timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            ended.cancel()
        if not future.done():
            why = "the connection ended" if self._link.lost.is_set() else "no answer in time"
            raise AmiLost(f"{action}: {why}")
        answer = future.result()
        first = answer[0] if isinstance(answer, list) else answer
        if not first.success:
            raise AmiSaidNo(f"{action}: {first.get('Message', '')}")
        return answer


def _value(answer: Any) -> str | None:
    value = answer.get("Value", "")
    return value if isinstance(value, str) and value not in _UNSET else None


def _done(loop: asyncio.AbstractEventLoop, result: object) -> "asyncio.Future[object]":
    future: asyncio.Future[object] = loop.create_future()
    future.set_result(result)
    return future
