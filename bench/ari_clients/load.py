"""Keeps one client busy as told on standard input, and says on standard output what it did.

Standard library only: each client runs in its own process, one of them in its own environment.
A line in is `{"operation": "ping", "in_flight": 50, "seconds": 0.5}`, a line out
`{"count": 4711, "seconds": 0.502, "cpu": 0.48}`; the first line out is `"ready"`.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Turn(NamedTuple):
    """What one worker uses once."""

    channel: str  # a parked one
    bridge: str  # a new id: a destroyed bridge keeps its own for a moment


Step = Callable[[Turn], Awaitable[object]]


@dataclass(frozen=True)
class Target:
    """Where Asterisk is, from the environment: the password is for no process list."""

    base: str  # http://127.0.0.1:8088
    user: str
    password: str

    @property
    def env(self) -> dict[str, str]:
        return {
            "BENCH_BASE": self.base,
            "BENCH_USER": self.user,
            "BENCH_PASSWORD": self.password,
        }

    @classmethod
    def from_env(cls) -> "Target":
        return cls(*(os.environ[f"BENCH_{name}"] for name in ("BASE", "USER", "PASSWORD")))


PARKED = 4  # channels; each sends silence all the time, which costs processor time


def channel(worker: int) -> str:
    """The id of the parked channel of a worker."""
    return f"bench-parked-{worker % PARKED}"


_numbers = itertools.count()


async def obey(operations: Mapping[str, tuple[Step, ...]]) -> None:
    """Until standard input ends."""
    _say("ready")
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        steps = operations[order["operation"]]
        _say(await _measure(steps, order["in_flight"], order["seconds"]))


async def _measure(steps: tuple[Step, ...], in_flight: int, seconds: float) -> dict[str, float]:
    """Each step counts as one operation; what was begun is finished and counted."""
    started, cpu = time.perf_counter(), time.process_time()
    deadline = started + seconds
    done = await asyncio.gather(*(_work(steps, one, deadline) for one in range(in_flight)))
    return {
        "count": sum(done),
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - cpu,
    }


async def _work(steps: tuple[Step, ...], worker: int, deadline: float) -> int:
    count = 0
    while time.perf_counter() < deadline:
        turn = Turn(channel(worker), f"bench-{os.getpid()}-{next(_numbers)}")
        for step in steps:
            await step(turn)
        count += len(steps)
    return count


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)
