"""How long does a new engine take to adopt every live call, and how does that grow?

    make bench-adoption

50, 100 and 200 callers wait, the engine is killed and started again. The exponent of growth is 1
when twice the calls take twice the time. The last line has the worst of all, in seconds.
"""

import asyncio
import json
import math
import sys
import time
from datetime import datetime
from statistics import median

from ari_app.lab.lab import Lab, open_folder
from ari_app.site.processes import set_nice
from bench import lab_calls
from tests.faults.workload import Size, open_lab

SIZES = (50, 100, 200)
TIMES = 5
GOAL = 5.0
OF_NO_ACCOUNT = 5  # the world that calls takes half of a processor, and is not measured


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


async def all_restarts(lab: Lab) -> tuple[list[float], list[float]]:
    """Of each: until it is ready, and of that for the merge."""
    world = lab.outside.process
    set_nice(world.pid() or 0, OF_NO_ACCOUNT)
    took = [await restarted(lab) for _ in range(TIMES)]
    set_nice(world.pid() or 0, world.nice)
    return [ready for ready, _ in took], [merge for _, merge in took]


async def main() -> int:
    merges, worst, there = dict[int, float](), 0.0, 0
    with open_folder() as folder:
        async with open_lab(folder / "site", Size(talking=4)) as lab:
            lab_calls.answering(lab, "1001")
            await lab.login("1001")  # the only agent talks with somebody else all the time
            await lab_calls.arrive(lab, 1)
            await lab_calls.until_placed(lab, 1, "talk")
            for size in SIZES:
                await lab_calls.arrive(lab, size - there)
                await lab_calls.until_placed(lab, size, "queue")
                ready, merging = await all_restarts(lab)
                there, worst, merges[size] = size, max(worst, *ready), median(merging)
                print(
                    f"{size:4} calls: ready after {median(ready):.2f} s"
                    f" (worst {max(ready):.2f}), of it {merges[size]:.2f} s to adopt them"
                )
                if (left := await lab_calls.placed(lab, "queue")) != size:
                    print(f"only {left} of {size} calls are there")
                    return 1
    few, many = SIZES[0], SIZES[-1]
    print(f"growth: calls to the {math.log(merges[many] / merges[few]) / math.log(many / few):.2f}")
    print(f"adoption ratio={worst:.2f} goal={GOAL:g} {'ok' if worst <= GOAL else 'short'}")
    return 0 if worst <= GOAL else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
