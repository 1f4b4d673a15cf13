"""What does a live call cost, of the processor and of memory?

    make bench-load

The calls wait, with music and announcements, then all of them talk with agents; every one is
recorded, and both sides send audio all the time. Processor time is that of each program, without
what it needs at rest. The world that calls is another Asterisk and no part of it.
"""

import asyncio
import itertools
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from ari_app.lab.lab import Lab, open_folder, until
from ari_app.lab.party import Party
from bench.cpu import cpu_ms, programs, resident_kb
from tests.faults.workload import Size, open_lab

CALLS, SECONDS, SETTLE_SECONDS = 50, 15.0, 3.0
AT_ONCE = 5
GOAL = 0.5  # what Python, PostgreSQL and Redis need, over what Asterisk needs
_numbers = itertools.count(13_200_000_000)


@dataclass(frozen=True)
class Need:
    """Of each program: percent of one processor, and kilobytes."""

    percent: Mapping[str, float]
    kilobytes: Mapping[str, float]

    def per_call(self, rest: "Need", calls: int) -> "Need":
        return Need(
            _each(self.percent, rest.percent, calls), _each(self.kilobytes, rest.kilobytes, calls)
        )


def _each(now: Mapping[str, float], rest: Mapping[str, float], calls: int) -> dict[str, float]:
    return {name: (now[name] - rest[name]) / calls for name in now}


async def measured(pids: Mapping[str, int]) -> Need:
    await asyncio.sleep(SETTLE_SECONDS)
    before = {name: cpu_ms([pid]) for name, pid in pids.items()}
    await asyncio.sleep(SECONDS)
    percent = {name: (cpu_ms([pid]) - before[name]) / SECONDS / 10 for name, pid in pids.items()}
    return Need(percent, {name: resident_kb(pid) for name, pid in pids.items()})


async def arrive(lab: Lab, at_once: asyncio.Semaphore) -> None:
    """A caller who waits in a queue; Asterisk itself sends the audio."""
    async with at_once:
        caller = await lab.world.dial("95001", caller=str(next(_numbers)), ears=False)
        async with asyncio.timeout(30):
            await caller.answered.wait()
        await lab.world.ari.channels.start_silence(caller.channel_id)
        await asyncio.sleep(0.5)
        await caller.press("11")


def answers(lab: Lab, phone: Party) -> None:
    async def answer() -> None:
        await lab.world.ari.channels.answer(phone.channel_id)
        await lab.world.ari.channels.start_silence(phone.channel_id)

    lab.world.start(answer())


async def count(lab: Lab, kind: str) -> int:
    async with lab.database() as db:
        found: int = await db.fetchval("SELECT count(*) FROM call_place WHERE kind = $1", kind)
    return found


async def all_of(lab: Lab, calls: int, kind: str) -> None:
    async def are_there() -> bool:
        return await count(lab, kind) == calls

    await until(are_there, 60, f"{calls} calls in {kind}")


async def main(calls: int) -> int:
    with open_folder() as folder:
        async with open_lab(folder / "site", Size(talking=calls + 1)) as lab:
            pids = programs(lab.installation)
            first, *others = (phone.extension for phone in lab.site.state.phones)
            for extension in (first, *others):
                lab.world.on_ring[extension] = lambda phone: answers(lab, phone)
            at_once = asyncio.Semaphore(AT_ONCE)
            await lab.login(first)  # somebody has to be at work, and talks with somebody else
            await arrive(lab, at_once)
            await all_of(lab, 1, "talk")
            rest = await measured(pids)
            await asyncio.gather(*(arrive(lab, at_once) for _ in range(calls)))
            await all_of(lab, calls, "queue")
            waiting = await measured(pids)
            for extension in others:
                await lab.login(extension)
            await all_of(lab, calls + 1, "talk")
            talking = await measured(pids)
    return shown(waiting.per_call(rest, calls), talking.per_call(rest, calls))


def shown(waiting: Need, talking: Need) -> int:
    print(f"{'a call':14} {'waits: % of a processor, kB':>30} {'talks: %, kB':>24}")
    for name in waiting.percent:
        print(
            f"{name:14} {waiting.percent[name]:23.3f} {waiting.kilobytes[name]:6.0f}"
            f" {talking.percent[name]:17.3f} {talking.kilobytes[name]:6.0f}"
        )
    ratios = []
    for need in (waiting, talking):
        asterisk = need.percent["asterisk"]
        ratios.append((sum(need.percent.values()) - asterisk) / asterisk)
    good = max(ratios) <= GOAL
    print(f"load ratio={max(ratios):.2f} goal={GOAL:g} {'ok' if good else 'short'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else CALLS)))
