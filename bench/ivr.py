"""What does an IVR call cost, and how many a second are served?

    python -m bench.ivr [seconds of a block, 8] [rounds, 5]

The same IVR as our flow, as plain dialplan, as FastAGI on our server and with asyncari, on one
Asterisk, in blocks of calls in turn (ABCDDCBA). Processor time is that of all programs, without
what they need at rest. Then ours and asyncari by more and more calls a second until one fails, and
200 callers at once inside a menu.
"""

import asyncio
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from ari_app.workers.recording_files import Spool
from bench.cpu import cpu_ms, resident_kb
from bench.gauge import CALLS_LIVE, LAG_P99, gauge
from bench.ivr_site import ASYNCARI, CROWD, DIALPLAN, FASTAGI, FLOW, Place, open_site
from bench.pressers import Pressed
from bench.ratio import ratio_of_medians, share

CALLS_PER_SECOND, SETTLE_SECONDS = 10, 2.0
KEY_AFTER, WITHIN = 0.6, 5.0  # seconds: the prompt is over by then
FIRST_RATE, LAST_RATE, STEP, STEP_SECONDS = 10.0, 500.0, 1.25, 3.0
REST_SECONDS = 600.0  # at most, until the recordings of thousands of calls are written
CALLERS, CALLERS_PER_SECOND, PRESS_EVERY, STAY_SECONDS = 200, 20, 5.0, 40.0
GOALS = {
    "ivr-over-dialplan": 1.5,
    "ivr-over-fastagi": 1.0,
    "ivr-answer-p99": 2.0,
    "ivr-rate-over-asyncari": 2.0,
    "ivr-lag-ms": 20.0,
    "ivr-memory-kb": 100.0,
}
AT_LEAST = frozenset({"ivr-rate-over-asyncari"})
Line = tuple[str, float, float]
"""Name, figure, and the end of its interval that has to reach the goal."""


@dataclass
class Path:
    """One way to serve the call; `blocks` are the milliseconds of each program in each block."""

    name: str
    number: str
    calls: list[Pressed] = field(default_factory=list)
    blocks: list[dict[str, float]] = field(default_factory=list)

    def answer_ms(self) -> list[float]:
        return [(call.answered - call.invited) * 1000 for call in self.calls if call.answered]

    def per_call(self, rest: "Path", calls: int) -> list[float]:
        """Milliseconds of all programs, one figure per block."""
        idle = median(sum(block.values()) for block in rest.blocks)
        return [(sum(block.values()) - idle) / calls for block in self.blocks]


async def serve(place: Place, number: str, rate: float, seconds: float) -> list[Pressed]:
    """So many calls a second, whether or not the last ones are over."""
    calls = []
    for n in range(max(1, int(rate * seconds))):
        began = asyncio.get_running_loop().time()
        calling = place.trunk.call(number, "12", after=KEY_AFTER, within=WITHIN)
        calls.append(asyncio.create_task(calling, name=f"call {n}"))
        await asyncio.sleep(began + 1 / rate - asyncio.get_running_loop().time())
    return await asyncio.gather(*calls)


async def block(place: Place, path: Path, seconds: float) -> None:
    """A number of "" is a block of the same length without calls."""
    before = {name: cpu_ms([pid]) for name, pid in place.pids.items()}
    if path.number:
        path.calls += await serve(place, path.number, CALLS_PER_SECOND, seconds)
    else:
        await asyncio.sleep(seconds + 3 * KEY_AFTER)
    await asyncio.sleep(SETTLE_SECONDS)  # recorder and closing of records belong to the call
    path.blocks.append({name: cpu_ms([pid]) - before[name] for name, pid in place.pids.items()})


async def measure(place: Place, paths: Sequence[Path], seconds: float, rounds: int) -> None:
    for path in paths:
        if path.number:  # first calls open connections and fill caches
            await serve(place, path.number, CALLS_PER_SECOND, 2.0)
    await asyncio.sleep(SETTLE_SECONDS)
    for _ in range(rounds):
        for path in (*paths, *reversed(paths)):
            await block(place, path, seconds)


async def first_failure(place: Place, number: str) -> float:
    """The last rate at which every call was served."""
    rate, served = FIRST_RATE, 0.0
    while rate <= LAST_RATE:
        calls = await serve(place, number, rate, STEP_SECONDS)
        if not all(call.is_served for call in calls):
            break
        served, rate = rate, rate * STEP
    await asyncio.sleep(WITHIN)  # what is left of those that failed
    return served


async def at_rest(place: Place) -> None:
    """Returns when the recordings of all calls before are written: whoever comes next shall not
    pay for them."""
    spool = Spool(place.installation.site.recordings / "spool")
    deadline = asyncio.get_running_loop().time() + REST_SECONDS
    while left := len(spool.calls()[0]):
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"{left} recordings not written after {REST_SECONDS:.0f} s")
        await asyncio.sleep(SETTLE_SECONDS)


async def rates(place: Place) -> tuple[float, float]:
    """Ours and theirs, in turn; the better of two attempts each: a machine that is busy with
    something else for a moment fails calls too. Plain dialplan once: more is not to be had."""
    found: dict[str, list[float]] = {FLOW: [], ASYNCARI: [], DIALPLAN: []}
    for number in (FLOW, ASYNCARI, DIALPLAN, ASYNCARI, FLOW):
        await at_rest(place)
        found[number].append(await first_failure(place, number))
    ours, theirs, most = (max(found[number]) for number in (FLOW, ASYNCARI, DIALPLAN))
    print(
        f"calls a second before the first failure: flow {ours:.0f}, asyncari {theirs:.0f},"
        f" dialplan {most:.0f} of {LAST_RATE:.0f} tried"
    )
    return ours, theirs


async def crowd(place: Place) -> tuple[float, float]:
    """200 callers inside a menu, pressing keys: p99 of the loop's lag in milliseconds over the last
    minute, and kilobytes of the engine for each."""
    pid = place.pids["ari_app"]
    few = [asyncio.create_task(_stay(place, STAY_SECONDS / 4)) for _ in range(20)]
    await asyncio.gather(*few)
    before = resident_kb(pid)
    staying = []
    for _ in range(CALLERS):
        staying.append(asyncio.create_task(_stay(place, STAY_SECONDS)))
        await asyncio.sleep(1 / CALLERS_PER_SECOND)
    await asyncio.sleep(STAY_SECONDS - CALLERS / CALLERS_PER_SECOND - PRESS_EVERY)
    inside = int(gauge(place.installation, CALLS_LIVE))
    each = (resident_kb(pid) - before) / CALLERS
    lag = gauge(place.installation, LAG_P99) * 1000
    served = sum(call.answered > 0 for call in await asyncio.gather(*staying))
    print(f"{inside} callers at once inside a menu, {served} of {CALLERS} answered")
    if min(inside, served) < CALLERS:
        lag = math.inf
    return lag, each


async def _stay(place: Place, seconds: float) -> Pressed:
    """Presses 1 and 2 in turn, which begin the menu anew, and 9 in the end."""
    keys = "12" * int(seconds / PRESS_EVERY / 2) + "9"
    return await place.trunk.call(CROWD, keys, after=PRESS_EVERY, within=seconds + 20)


def report(paths: Sequence[Path], rest: Path, calls: int) -> list[Line]:
    """Prints the table of costs; returns the lines of it that have a goal."""
    flow, dialplan, fastagi = paths[:3]
    programs = rest.blocks[0].keys()
    print(f"CPU-ms per call  {''.join(f'{name:>11}' for name in ('all', *programs))}")
    for path in paths:
        own = {
            name: (median(b[name] for b in path.blocks) - median(b[name] for b in rest.blocks))
            for name in programs
        }
        cells = (median(path.per_call(rest, calls)), *(ms / calls for ms in own.values()))
        print(f"  {path.name:15}{''.join(f'{cell:11.2f}' for cell in cells)}")
    print("                 served   INVITE to 200 ms: median      p99    worst")
    for path in paths:
        times, served = path.answer_ms(), sum(call.is_served for call in path.calls)
        print(
            f"  {path.name:15}{served:4}/{len(path.calls):<4}{median(times):26.1f}"
            f"{share(times, 0.99):9.1f}{max(times):9.1f}"
        )
    cost = flow.per_call(rest, calls)
    over_dialplan, _, worst = ratio_of_medians(cost, dialplan.per_call(rest, calls))
    over_fastagi, _, worst_agi = ratio_of_medians(cost, fastagi.per_call(rest, calls))
    p99 = share(flow.answer_ms(), 0.99) / share(dialplan.answer_ms(), 0.99)
    return [
        ("ivr-over-dialplan", over_dialplan, worst),
        ("ivr-over-fastagi", over_fastagi, worst_agi),
        ("ivr-answer-p99", p99, p99),
    ]


async def bench(seconds: float, rounds: int) -> list[Line]:
    print("load before:", *(f"{one:.1f}" for one in os.getloadavg()))
    async with open_site() as place:
        paths = [Path("flow", FLOW), Path("dialplan", DIALPLAN), Path("fastagi", FASTAGI)]
        if place.has_asyncari:
            paths.append(Path("asyncari", ASYNCARI))
        rest = Path("rest", "")
        await measure(place, [*paths, rest], seconds, rounds)
        lines = report(paths, rest, int(CALLS_PER_SECOND * seconds))
        # Before the rates: of those the engine has thousands of recordings to write for minutes.
        lag, memory = await crowd(place)
        lines += [("ivr-lag-ms", lag, lag), ("ivr-memory-kb", memory, memory)]
        if place.has_asyncari:
            ours, theirs = await rates(place)
            over = ours / theirs if theirs else 0.0
            if not theirs:
                print(f"asyncari fails at {FIRST_RATE:.0f} calls a second: nothing to compare with")
            lines.append(("ivr-rate-over-asyncari", over, over))
        return lines


def main() -> int:
    given = [float(one) for one in sys.argv[1:]]
    seconds, rounds = (*given, *(8.0, 5.0)[len(given) :])
    missed = 0
    for name, figure, end in asyncio.run(bench(seconds, int(rounds))):
        goal = GOALS[name]
        good = end >= goal if name in AT_LEAST else end <= goal
        missed += not good
        print(f"{name} ratio={figure:.2f} goal={goal:g} {'ok' if good else 'short'}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
