"""Does a busy shift cost at its end what it cost at its beginning?

    python -m bench.shift [minutes, 15] [agents, 300] [calls a second, 4]

All agents talk, callers wait, and all the time somebody hangs up and the next one dials. Minute by
minute: processor time of each program, memory of the engine, how late its loop is, how long a free
agent's phone takes to ring. A fixed piece of work beside it tells how fast the machine was; the
ratio is of processor time in units of it. What grows with the calls that are over (a scan of what
was, something never let go) shows between the first third and the last.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import median

from bench.cpu import cpu_ms, programs, resident_kb, yardstick_ms
from bench.gauge import LAG_P99, gauge
from bench.ratio import ratio_of_medians, share
from bench.ring_floor import Floor
from bench.ring_site import Line, Place, make_lines, open_site

MINUTES, AGENTS, PER_SECOND = 15, 300, 4.0
GOAL = 1.1  # processor time for each call, in yardsticks, last third over first
KB_GOAL = 1.0  # of the engine, for each call that is over
LAG_GOAL = 20.0  # milliseconds, p99


@dataclass(frozen=True)
class Minute:
    """`cpu`: milliseconds of each program for each call that ended, everything else included;
    `yard`: of a fixed piece of work at its end."""

    calls: int
    cpu: dict[str, float]
    yard: float
    engine_kb: float
    lag_ms: float
    rings: Sequence[float]

    @property
    def all_cpu(self) -> float:
        return sum(self.cpu.values())

    @property
    def work(self) -> float:
        """For each call, in yardsticks."""
        return self.all_cpu / self.yard


async def minute_of(place: Place, floor: Floor, line: Line, per_second: float) -> Minute:
    pids = programs(place.installation)
    before = {name: cpu_ms([pid]) for name, pid in pids.items()}
    calls, rings = await floor.turn_over(line, line.ours, per_second, 60.0)
    cpu = {name: (cpu_ms([pid]) - before[name]) / calls for name, pid in pids.items()}
    lag = await asyncio.to_thread(gauge, place.installation, LAG_P99)
    return Minute(calls, cpu, yardstick_ms(), resident_kb(pids["ari_app"]), lag * 1000, rings)


def show(number: int, minute: Minute) -> None:
    if number == 1:
        names = "".join(f"{name:>10}" for name in ("all", *minute.cpu))
        print(
            f"minute  calls  CPU-ms a call{names}  yardstick   engine MB  lag p99  ring median"
            "     p99 ms"
        )
    cells = "".join(f"{ms:10.2f}" for ms in (minute.all_cpu, *minute.cpu.values()))
    print(
        f"{number:6}{minute.calls:7}{'':15}{cells}{minute.yard:11.2f}"
        f"{minute.engine_kb / 1024:12.1f}{minute.lag_ms:9.1f}"
        f"{median(minute.rings):13.1f}{share(minute.rings, 0.99):11.1f}",
        flush=True,
    )


def report(minutes: Sequence[Minute]) -> bool:
    """Prints the figures; True when every goal is reached."""
    third = max(1, len(minutes) // 3)
    first, last = minutes[:third], minutes[-third:]
    ratio, low, high = ratio_of_medians([one.work for one in last], [one.work for one in first])
    calls = sum(one.calls for one in minutes[third:])
    grown = (minutes[-1].engine_kb - first[-1].engine_kb) / max(1, calls)
    lag = median(one.lag_ms for one in last)
    before, after = (
        median(chain.from_iterable(one.rings for one in part)) for part in (first, last)
    )
    print(f"a free agent's phone rings after {before:.1f} ms, in the end after {after:.1f}")
    print(f"the engine grew by {grown:.2f} kB for each call, goal {KB_GOAL:g}; its loop is late by"
          f" {lag:.1f} ms (p99), goal {LAG_GOAL:g}")  # fmt: skip
    good = ratio <= GOAL and grown <= KB_GOAL and lag <= LAG_GOAL
    print(
        f"shift ratio={ratio:.2f} [{low:.2f} .. {high:.2f}] goal={GOAL} {'ok' if good else 'short'}"
    )
    return good


async def bench(minutes: int, agents: int, per_second: float) -> bool:
    line = make_lines([agents], 1)[0]
    async with open_site([line]) as place, Floor.open(
        place.trunk_port, place.phones_port, place.sip_port
    ) as floor:  # fmt: skip
        await floor.fill(line, line.ours)
        await floor.turn_over(line, line.ours, per_second, 10.0)  # caches fill
        found = []
        for number in range(1, minutes + 1):
            found.append(await minute_of(place, floor, line, per_second))
            show(number, found[-1])
        await floor.empty()
        return report(found)


def main() -> int:
    given = [float(one) for one in sys.argv[1:]]
    minutes, agents, per_second = (*given, *(MINUTES, AGENTS, PER_SECOND)[len(given) :])
    return 0 if asyncio.run(bench(int(minutes), int(agents), per_second)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
