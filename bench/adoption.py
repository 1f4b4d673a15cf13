"""How long does a new engine take to adopt every live call, and how does that grow?

    make bench-adoption

50, 100 and 200 callers wait, the engine is killed and started again. The exponent of growth is 1
when twice the calls take twice the time. The last line has the worst of all, in seconds.
"""

import asyncio
import itertools
import json
import math
import statistics
import sys
import time
from datetime import datetime

from ari_app.lab.lab import Lab, open_folder, soon, until
from ari_app.lab.party import Party
from ari_app.site.processes import set_nice
from tests.faults.workload import Size, open_lab

SIZES = (50, 100, 200)
TIMES = 5
AT_ONCE = 10
GOAL = 5.0
OF_NO_ACCOUNT = 5  # the world that calls takes half of a processor, and is not measured
_numbers = itertools.count(13_100_000_000)


async def arrive(lab: Lab, at_once: asyncio.Semaphore) -> Party:
    """A caller who waits in a queue. Asterisk itself sends the audio, to spare this process."""
    async with at_once:
        caller = await lab.world.dial("95001", caller=str(next(_numbers)), ears=False)
        async with asyncio.timeout(30):
            await caller.answered.wait()
        await lab.world.ari.channels.start_silence(caller.channel_id)
        await asyncio.sleep(0.5)
        await caller.press("11")
    return caller


async def waiting(lab: Lab) -> int:
    async with lab.database() as db:
        count: int = await db.fetchval("SELECT count(*) FROM call_place WHERE kind = 'queue'")
    return count


async def restarted(lab: Lab) -> tuple[float, float]:
    """Seconds from the start of the process until it is ready, and of them for the merge."""
    log_file = lab.installation.engine.log_file
    read = log_file.stat().st_size
    await asyncio.to_thread(lab.installation.engine.kill)
    began = time.monotonic()
    await lab.installation.start_engine()
    ready = time.monotonic() - began
    entries = [json.loads(line) for line in log_file.read_bytes()[read:].splitlines()]
    moments = {entry["event"]: datetime.fromisoformat(entry["time"]) for entry in entries}
    return ready, (moments["recovered"] - moments["connected"]).total_seconds()


async def main() -> int:
    merges: dict[int, float] = {}
    worst = 0.0
    with open_folder() as folder:
        async with open_lab(folder / "site", Size(talking=4)) as lab:
            at_once, there = asyncio.Semaphore(AT_ONCE), 0
            await lab.login("1001")  # the only agent talks with somebody else all the time
            answered = lab.answering("1001", 620)
            await arrive(lab, at_once)
            await soon(answered, 30, "the agent answers")
            for size in SIZES:
                await asyncio.gather(*(arrive(lab, at_once) for _ in range(size - there)))
                there = size
                await until(lambda size=size: _wait(lab, size), 60, f"{size} waiting")  # type: ignore[misc]
                world = lab.outside.process.pid() or 0
                set_nice(world, OF_NO_ACCOUNT)
                took = [await restarted(lab) for _ in range(TIMES)]
                set_nice(world, lab.outside.process.nice)
                ready = [seconds for seconds, _ in took]
                worst = max(worst, *ready)
                merges[size] = statistics.median(merge for _, merge in took)
                print(
                    f"{size:4} calls: ready after {statistics.median(ready):.2f} s"
                    f" (worst {max(ready):.2f}), of it {merges[size]:.2f} s to adopt them"
                )
                if await waiting(lab) != size:
                    print(f"only {await waiting(lab)} of {size} calls are there")
                    return 1
    few, many = SIZES[0], SIZES[-1]
    print(f"growth: calls to the {math.log(merges[many] / merges[few]) / math.log(many / few):.2f}")
    print(f"adoption ratio={worst:.2f} goal={GOAL:g} {'ok' if worst <= GOAL else 'short'}")
    return 0 if worst <= GOAL else 1


async def _wait(lab: Lab, size: int) -> bool:
    return await waiting(lab) == size


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
