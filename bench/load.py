"""What does a live call cost, of the processor and of memory?

    make bench-load

The calls wait, with music and announcements, then all of them talk with agents; every one is
recorded, and both sides send audio all the time. Processor time is that of each program, without
what it needs at rest. The world that calls is another Asterisk and no part of it.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from ari_app.lab.lab import open_folder
from bench import lab_calls
from bench.cpu import cpu_ms, programs, resident_kb
from tests.faults.workload import Size, open_lab

CALLS, SECONDS, SETTLE_SECONDS = 50, 15.0, 3.0
GOAL = 0.5  # what Python, PostgreSQL and Redis need, over what Asterisk needs


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


async def main(calls: int) -> int:
    with open_folder() as folder:
        async with open_lab(folder / "site", Size(talking=calls + 1)) as lab:
            pids = programs(lab.installation)
            first, *others = (phone.extension for phone in lab.site.state.phones)
            lab_calls.answering(lab, first, *others)
            await lab.login(first)  # somebody has to be at work, and talks with somebody else
            await lab_calls.arrive(lab, 1)
            await lab_calls.until_placed(lab, 1, "talk")
            rest = await measured(pids)
            await lab_calls.arrive(lab, calls)
            await lab_calls.until_placed(lab, calls, "queue")
            waiting = await measured(pids)
            for extension in others:
                await lab.login(extension)
            await lab_calls.until_placed(lab, calls + 1, "talk")
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
