"""An agent becomes free, callers wait: how long until that agent's phone rings?

    make bench-ring

Ours against app_queue, the same phones on the same Asterisk: 10, 100 and 300 agents who all talk, a
line of callers, and every now and then one agent who hangs up. The time runs from that BYE (or
from the end of the wrap-up after it) to the next INVITE at the same phone. PostgreSQL tells when
each of our offers was committed: it has to be before its INVITE. Then the other way round: agents
wait, a caller dials, and the time runs to the INVITE at a phone.
"""

import asyncio
import math
import sys
from collections.abc import Sequence
from statistics import median

from ari_app.site.layout import Site
from ari_app.store.db import connector
from bench.acd import exponent
from bench.phones import Ring
from bench.ratio import ratio_of_medians, share
from bench.ring_floor import Floor
from bench.ring_site import Line, make_lines, open_site

SIZES, AFTER_WRAP_UP = (10, 100, 300), 10
FREED, FREED_AFTER_WRAP_UP, ARRIVALS = 100, 40, 40
FREED_BY_PEER = 300  # its times lie evenly between 0 and 1 s: the median of 100 errs by a tenth
GOAL, WORST_MS, MOST_EXPONENT, ARRIVAL_GOAL = 100, 25.0, 0.1, 1.5


async def arrivals(floor: Floor, line: Line) -> tuple[list[float], list[float]]:
    """Ours and theirs in turn (ABBA), while all agents wait."""
    ours: list[float] = []
    theirs: list[float] = []
    for n in range(ARRIVALS + 1):
        for mine in (True, False) if n % 2 else (False, True):
            took = await floor.arrive(line.ours if mine else line.peer)
            if n:  # first calls open connections and fill caches
                (ours if mine else theirs).append(took)
    show("agents wait, one dials", ours, ours=True)
    show("agents wait, one dials", theirs, ours=False)
    return ours, theirs


async def freed(floor: Floor, lines: Sequence[Line], *, ours: bool) -> list[list[float]]:
    """Milliseconds per line, growing, without the seconds of wrap-up."""
    found = []
    for line in lines:
        own = FREED_AFTER_WRAP_UP if line.wrap_up_seconds else FREED
        number, count = (line.ours, own) if ours else (line.peer, FREED_BY_PEER)
        await floor.fill(line, number)
        times = await floor.free(line, number, count)
        if line.wrap_up_seconds:
            times = [took - line.wrap_up_seconds * 1000 for took in times]
        show(f"{len(line.agents):3} agents, {line.wrap_up_seconds} s wrap-up", times, ours=ours)
        found.append(times)
        await floor.thin_out()
    await floor.empty()
    return found


async def head_starts(site: Site, rings: Sequence[Ring]) -> list[float]:
    """Milliseconds from the commit of each offer to its INVITE; minus infinity without an offer.

    The entry in the timeline is written in one transaction with the offer and never changed, so
    its transaction is the one that made the offer.
    """
    db = await connector(site.owner_url, within=5.0)()
    try:
        rows = await db.fetch(
            """
            SELECT c.caller, e.detail ->> 'agent' AS agent,
                   extract(epoch FROM pg_xact_commit_timestamp(e.xmin))::float8 AS committed
              FROM call_event e
              JOIN call c ON c.call_id = e.call_id
              JOIN offer o ON o.call_id = e.call_id AND o.agent_id::text = e.detail ->> 'agent'
             WHERE e.type = 'offered'
            """
        )
    finally:
        await db.close()
    made = {(row["caller"], f"p{row['agent']}"): row["committed"] for row in rows}
    return [(r.wall - made.get((r.caller, r.phone), math.inf)) * 1000 for r in rings]


def show(what: str, values: Sequence[float], *, ours: bool) -> None:
    print(
        f"{what:24} {'ours' if ours else 'app_queue':9}  median {median(values):6.1f}"
        f"  p95 {share(values, 0.95):6.1f}  p99 {share(values, 0.99):6.1f}"
        f"  worst {max(values):6.1f} ms  ({len(values)} times)",
        flush=True,
    )


def report(
    sizes: Sequence[int],
    ours: Sequence[Sequence[float]],
    theirs: Sequence[Sequence[float]],
    arrived: tuple[Sequence[float], Sequence[float]],
    ahead: Sequence[float],
) -> bool:
    """Prints the ratios; True when every goal is reached."""
    ratios = []
    for size, own, other in zip(sizes, ours, theirs, strict=False):
        ratio, low, high = ratio_of_medians(other, own)
        ratios.append(ratio)
        print(f"{size:3} agents: app_queue takes x {ratio:.0f} [{low:.0f} .. {high:.0f}] the time")
    medians = [median(own) for own in ours[: len(sizes)]]
    growth = exponent(sizes, medians) if len(sizes) > 1 else 0.0
    print(f"growth of our median with the number of agents: exponent {growth:+.3f}")
    slower, low, high = ratio_of_medians(*arrived)
    print(f"agents wait, one dials: ours takes x {slower:.2f} [{low:.2f} .. {high:.2f}] the time of"
          f" app_queue, goal {ARRIVAL_GOAL}")  # fmt: skip
    durable = sum(one > 0 for one in ahead)
    print(f"offers committed before the INVITE: {durable} of {len(ahead)},"
          f" the latest {min(ahead):.1f} ms before it")  # fmt: skip
    worst = max(share(times, 0.99) for times in ours)
    good = (
        min(ratios) >= GOAL and worst <= WORST_MS and growth <= MOST_EXPONENT
        and slower <= ARRIVAL_GOAL and durable == len(ahead)
    )  # fmt: skip
    print(f"ring ratio={min(ratios):.0f} goal={GOAL} {'ok' if good else 'short'}")
    return good


async def bench(sizes: Sequence[int]) -> bool:
    lines = make_lines(sizes, AFTER_WRAP_UP)
    async with open_site(lines) as place, Floor.open(
        place.trunk_port, place.phones_port, place.sip_port
    ) as floor:  # fmt: skip
        arrived = await arrivals(floor, lines[min(1, len(sizes) - 1)])
        floor.phones.rings.clear()
        ours = await freed(floor, lines, ours=True)
        ahead = await head_starts(place.installation.site, floor.phones.rings)
        theirs = await freed(floor, lines[:-1], ours=False)
        return report(sizes, ours, theirs, arrived, ahead)


def main() -> int:
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    return 0 if asyncio.run(bench(sizes)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
