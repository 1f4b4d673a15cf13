"""Callers on a trunk and phones on desks: one becomes free, one dials, and how long it takes."""

import asyncio
import random
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bench.crowd import Crowd
from bench.phones import Phones, Ring
from bench.ring_site import Line, phone
from bench.sip import HOST

WAITING = 15  # callers in line while agents become free
PER_SECOND = 3.0  # agents who become free, at most; 300 with talks of four minutes make 1.3
FILL_PER_SECOND, LEAVE_PER_SECOND = 10.0, 20.0
LONGEST = 30.0  # seconds for anything to happen


class Floor:
    """Everybody who is not the hotline."""

    def __init__(self, crowd: Crowd, phones: Phones) -> None:
        self.crowd = crowd
        self.phones = phones
        self.chance = random.Random(1)
        self.served: set[str] = set()  # callers for whom a phone has rung
        self._freed: dict[str, float] = {}
        self._times: list[float] = []
        phones.on_ring = self._rings

    @classmethod
    @asynccontextmanager
    async def open(cls, trunk_port: int, phones_port: int, sip_port: int) -> AsyncIterator["Floor"]:
        with socket.socket(
            socket.AF_INET, socket.SOCK_DGRAM
        ) as nowhere:  # sound is not listened to
            nowhere.bind((HOST, 0))
            media = nowhere.getsockname()[1]
            crowd, phones = Crowd(trunk_port, sip_port, media), Phones(phones_port, sip_port, media)
            await crowd.open()
            await phones.open()
            try:
                yield cls(crowd, phones)
            finally:
                crowd.close()
                phones.close()

    def _rings(self, ring: Ring) -> None:
        self.served.add(ring.caller)
        if ring.phone in self._freed:
            self._times.append((ring.at - self._freed.pop(ring.phone)) * 1000)

    def talking(self, line: Line) -> list[str]:
        able = {phone(agent) for agent in line.agents}
        return [each for each in self.phones.talking if each in able]

    @property
    def waiting(self) -> set[str]:
        return {caller for caller in self.crowd.callers if caller not in self.served}

    async def fill(self, line: Line, number: str) -> None:
        """Every agent talks, WAITING callers stand in line."""
        missing = len(line.agents) - len(self.talking(line)) + WAITING
        for _ in range(missing):
            self.crowd.dial(number)
            await asyncio.sleep(1 / FILL_PER_SECOND)
        await until(
            lambda: len(self.talking(line)) == len(line.agents), f"all {len(line.agents)} talk"
        )
        await asyncio.sleep(1.0)

    async def free(self, line: Line, number: str, count: int) -> list[float]:
        """Milliseconds from each BYE to the next INVITE. For every caller served another dials.

        One agent at a time: who is free beside another is found by whichever of two callers looks
        first, where callers look once a second.
        """
        self._times = []
        for _ in range(count):
            await asyncio.sleep(self.chance.expovariate(2 * PER_SECOND))
            self._freed |= self._hang_up(line)
            await asyncio.sleep(self.chance.expovariate(2 * PER_SECOND))
            self.crowd.dial(number)
            await until(lambda: not self._freed, "the freed agent's phone rings")
        return self._times

    async def turn_over(
        self, line: Line, number: str, per_second: float, seconds: float
    ) -> tuple[int, list[float]]:
        """Agents become free at random, for each caller served another dials: how many calls, and
        milliseconds as in `free`."""
        self._times, calls = [], 0
        until_then = time.monotonic() + seconds
        while time.monotonic() < until_then:
            await asyncio.sleep(self.chance.expovariate(per_second))
            self._freed |= self._hang_up(line)
            self.crowd.dial(number)
            calls += 1
        await until(lambda: not self._freed, "every freed agent's phone rings")
        return calls, self._times

    def _hang_up(self, line: Line) -> dict[str, float]:
        """One of those who have talked longest."""
        talking = [each for each in self.talking(line) if each not in self._freed]
        chosen = self.chance.choice(talking[: max(1, len(talking) // 2)])
        return {chosen: self.phones.hang_up(chosen)}

    async def thin_out(self) -> None:
        """Whoever waits gives up."""
        await self.crowd.leave(self.waiting, LEAVE_PER_SECOND)

    async def empty(self) -> None:
        await self.thin_out()
        await self.crowd.leave(set(self.crowd.callers), LEAVE_PER_SECOND)
        await until(lambda: not self.phones.talking, "nobody talks")
        await asyncio.sleep(2.0)

    async def arrive(self, number: str) -> float:
        """Milliseconds from a caller's INVITE to that at a phone; all is quiet again after it."""
        before = len(self.phones.rings)
        caller, at = self.crowd.dial(number)
        await until(lambda: caller in self.served and self.phones.talking, "a phone rings")
        ring = self.phones.rings[before]
        await asyncio.sleep(0.3)
        self.phones.hang_up(ring.phone)
        await until(lambda: not self.crowd.callers, "the caller is let go")
        await asyncio.sleep(0.2)
        return (ring.at - at) * 1000


async def until(true: Callable[[], object], what: str) -> None:
    deadline = asyncio.get_running_loop().time() + LONGEST
    while not true():
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"{what}: not within {LONGEST:g} s")
        await asyncio.sleep(0.02)
