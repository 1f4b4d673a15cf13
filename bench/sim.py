"""How fast is a simulated day, and does it agree with Erlang's formulas?

    make bench-sim

The day of 10,000 calls has three queues, three groups of agents and relaxation. Agreement is taken
over many single-skill days: the mean share of delayed calls, of abandoned ones, and the mean wait.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from statistics import median
from typing import Any

import numpy as np

from ari_app.domain.acd.rules import QueueRules, Relaxation
from ari_app.domain.simulation.day import MIDNIGHT, Arrivals, Day, Group
from ari_app.domain.simulation.erlang import with_abandons, without_abandons
from ari_app.domain.simulation.run import simulate
from ari_app.domain.simulation.spread import Spread

HALF_HOURS = 48
FILLING = 8  # of them
ALL_DAY = ((0.0, MIDNIGHT),)
LONGEST_DAY, MOST_OFF = 3.0, 0.01
# agents, erlangs, patience, calls: who waits depends on who came before for dozens of calls, so
# a chance error well below the goal takes millions of them.
CASES = (
    (5, 4.0, None, 4_000_000),
    (10, 7.0, None, 4_000_000),
    (10, 10.0, 180.0, 2_000_000),
    (50, 55.0, 120.0, 3_000_000),
)
TALK = 120.0


def busy_day() -> Day:
    """About 10,000 calls."""
    numbers = {"orders": 5_400, "support": 3_300, "english": 1_300}
    rules = (
        QueueRules(id="orders", requires={"orders": 3}),
        QueueRules(
            id="support",
            requires={"technical": 5},
            relaxation=(Relaxation(after=30.0, requires={"technical": 3}),),
        ),
        QueueRules(id="english", requires={"english": 4}),
    )
    return Day(
        name="busy",
        opens=0.0,
        closes=MIDNIGHT,
        queues=rules,
        arrivals={
            queue: Arrivals(
                per_half_hour=(number / HALF_HOURS,) * HALF_HOURS,
                talk=Spread(240.0, 180.0),
                wrap_up=Spread(30.0),
                patience=Spread(150.0),
            )
            for queue, number in numbers.items()
        },
        groups=(
            Group(name="a", count=16, skills={"orders": 5, "technical": 3}, shifts=ALL_DAY),
            Group(name="b", count=9, skills={"technical": 7}, shifts=ALL_DAY),
            Group(name="c", count=6, skills={"english": 8, "orders": 4}, shifts=ALL_DAY),
        ),
    )


def single(agents: int, load: float, patience: float | None) -> Day:
    """One group of agents. The callers of the first hours only fill the house and do not count."""
    number = load / TALK * 1800
    filling = (number,) * FILLING + (0.0,) * (HALF_HOURS - FILLING)
    counting = (0.0,) * FILLING + (number,) * (HALF_HOURS - FILLING)
    leaves = None if patience is None else Spread(patience)
    return Day(
        name="single",
        opens=0.0,
        closes=MIDNIGHT,
        queues=(QueueRules(id="filling"), QueueRules(id="q")),
        arrivals={
            queue: Arrivals(per_half_hour=numbers, talk=Spread(TALK), patience=leaves)
            for queue, numbers in (("filling", filling), ("q", counting))
        },
        groups=(Group(name="g", count=agents, skills={}, shifts=ALL_DAY),),
    )


def speed() -> float:
    day, times, calls = busy_day(), [], 0
    for seed in range(5):
        started = time.process_time()
        calls = simulate(day, seed).calls
        times.append(time.process_time() - started)
    seconds = median(times) * 10_000 / calls
    print(f"a day of 10,000 calls takes {seconds:.2f} s of CPU, goal {LONGEST_DAY:g} s")
    return seconds


def agreement(agents: int, load: float, patience: float | None, calls: int) -> float:
    """Means over as many days as it takes; the largest share by which one is off."""
    if patience is None:
        expected = without_abandons(agents, load, TALK, 20.0)
    else:
        expected = with_abandons(agents, load, TALK, patience)
    came = load / TALK * MIDNIGHT * (HALF_HOURS - FILLING) / HALF_HOURS  # on a day, on average
    with ProcessPoolExecutor() as pool:
        cases = [(agents, load, patience, seed) for seed in range(round(calls / came))]
        days = np.array(list(pool.map(_day, cases, chunksize=8)))
    delayed, wait, abandoned = _means(days, came) / came
    off = {"delayed": delayed / expected.delayed - 1, "wait": wait / expected.wait - 1}
    if patience is not None:
        off["abandoned"] = abandoned / expected.abandoned - 1
    shown = ", ".join(f"{name} {error:+.2%}" for name, error in off.items())
    formula = "C" if patience is None else "A"
    print(f"Erlang {formula}, {agents} agents, {load:g} erlangs: {shown} off, goal {MOST_OFF:.0%}")
    return float(max(abs(error) for error in off.values()))


def _means(days: Any, came: float) -> Any:
    """Of calls delayed, seconds waited and calls abandoned on a day.

    How many came and how long they talked is chance too, but its true mean is known: what these
    two explain is taken out (control variates), which leaves a fraction of the noise.
    """
    known = days[:, :2] - (came, TALK)
    design = np.column_stack((np.ones(len(days)), known))
    solution, *_ = np.linalg.lstsq(design, days[:, 2:], rcond=None)
    return solution[0]


def _day(case: tuple[int, float, float | None, int]) -> tuple[float, ...]:
    """Calls offered, seconds of a talk, calls delayed, seconds waited by all, calls abandoned."""
    agents, load, patience, seed = case
    outcome = simulate(single(agents, load, patience), seed)
    total, staffing = outcome.queue("q"), outcome.staffing["g"]
    waits = sum(total.answered) + sum(total.abandoned)
    talk = staffing.talking / staffing.calls
    delayed = total.offered - total.at_once
    return total.offered, talk, delayed, waits, len(total.abandoned)


def main() -> int:
    seconds = speed()
    off = max(agreement(*case) for case in CASES)
    good = seconds <= LONGEST_DAY and off <= MOST_OFF
    print(f"sim ratio={off:.4f} goal={MOST_OFF:g} {'ok' if good else 'short'}")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
