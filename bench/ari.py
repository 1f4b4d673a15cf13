"""How many operations a second does our ARI client do, and what does each cost?

    python -m bench.ari

Against asyncari and plain keep-alive HTTP with aiohttp, each client in a process of its own, on
one Asterisk, in turn (ABCCBA). Then: does a flood of events reach its inboxes while one of their
readers sleeps? Where asyncari cannot be installed, it says why and measures the rest.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from ari_app.ari import Ari
from ari_app.lab.lab import open_folder, until
from ari_app.site.installation import Installation
from ari_app.site.layout import SOURCE, Site
from bench.ari_clients.load import PARKED, Target, channel
from bench.ari_drain import Drained, drain, record
from bench.ari_venv import asyncari_python
from bench.cpu import cpu_ms
from bench.ratio import median_of_ratios

OPERATIONS, IN_FLIGHT = ("ping", "variable", "bridge"), (1, 50)
ROUNDS, GOAL_ROUNDS, SECONDS = 4, 10, 0.5  # a round is ABCCBA: two blocks of each client
GOAL_KIND = ("ping", 50)
GOALS = {"asyncari": 4.0, "http": 3.0}
DRAIN_GOAL = 5_000
PARK = """
[bench-park]
exten = s,1,Answer()
 same = n,Wait(3600)
"""


@dataclass
class Client:
    """A process that does what it is told; `blocks` are what it did, per kind of block."""

    name: str
    process: asyncio.subprocess.Process
    blocks: dict[tuple[str, int], list[tuple[float, float, float]]] = field(default_factory=dict)

    async def said(self) -> object:
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended; see above")
        return json.loads(line)

    async def run(self, operation: str, in_flight: int, asterisk: int) -> None:
        """One block; keeps operations per second and CPU-us per operation, its and Asterisk's."""
        assert self.process.stdin is not None
        order = {"operation": operation, "in_flight": in_flight, "seconds": SECONDS}
        before = cpu_ms([asterisk])
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        done = await self.said()
        assert isinstance(done, dict)
        count, theirs = done["count"], cpu_ms([asterisk]) - before
        block = count / done["seconds"], done["cpu"] * 1e6 / count, theirs * 1e3 / count
        self.blocks.setdefault((operation, in_flight), []).append(block)

    def column(self, kind: tuple[str, int], which: int) -> list[float]:
        return [block[which] for block in self.blocks[kind]]


@asynccontextmanager
async def client(name: str, python: Path, module: str, target: Target) -> AsyncIterator[Client]:
    """A client that is connected and waits for orders."""
    process = await asyncio.create_subprocess_exec(
        python, "-m", f"bench.ari_clients.{module}",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        cwd=SOURCE, env={**os.environ, **target.env},
    )  # fmt: skip
    started = Client(name, process)
    try:
        async with asyncio.timeout(30):
            await started.said()
        yield started
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def parked(installation: Installation) -> AsyncIterator[Ari]:
    """Channels that wait in Stasis while their other half just waits."""
    (installation.asterisk.etc / "dialplan" / "zz-bench.conf").write_text(PARK)
    await asyncio.to_thread(installation.asterisk.console, "dialplan reload")
    url = f"http://127.0.0.1:{installation.site.ports.http}/ari"
    ari = Ari(url, "hotline", installation.site.secrets.ari, ("bench-park",))
    running = asyncio.create_task(ari.run())
    try:
        async with asyncio.timeout(30):
            await ari.until_connected()
            for n in range(PARKED):
                await ari.channels.originate(
                    "Local/s@bench-park", app="bench-park", channel_id=channel(n)
                )

        async def all_there() -> bool:
            return len(await ari.channels.list()) == 2 * PARKED

        await until(all_there, within=30, what="parked channels")
        yield ari
    finally:
        running.cancel()


async def measure(clients: Sequence[Client], asterisk: int) -> None:
    for kind in ((operation, n) for operation in OPERATIONS for n in IN_FLIGHT):
        for _ in range(GOAL_ROUNDS if kind == GOAL_KIND else ROUNDS):
            for one in (*clients, *reversed(clients)):
                await one.run(*kind, asterisk)


def report(ours: Client, others: Sequence[Client]) -> list[tuple[str, float, float, float]]:
    """Prints the tables; returns name, ratio, the lower end of its interval and the goal."""
    results = []
    for kind in ours.blocks:
        print(f"{kind[0]}, {kind[1]} in flight")
        for one in (ours, *others):
            rate, own, asterisk = (median(one.column(kind, which)) for which in range(3))
            line = f"  {one.name:9} {rate:8.0f} /s   CPU-us each: client {own:6.0f}"
            line += f", Asterisk {asterisk:5.0f}"
            if one is not ours:
                ratio, low, high = median_of_ratios(ours.column(kind, 0), one.column(kind, 0))
                cpu = own / median(ours.column(kind, 1))
                line += f"   ours x {ratio:.2f} [{low:.2f} .. {high:.2f}], CPU x {cpu:.1f}"
                if kind == GOAL_KIND:
                    results.append((f"ari-over-{one.name}", ratio, low, GOALS[one.name]))
            print(line)
    return results


def report_drain(drained: Sequence[Drained]) -> tuple[str, float, float, float]:
    rates = [one.per_second for one in drained]
    cpu = median(one.cpu_us for one in drained)
    lost = all(one.sleeper_lost for one in drained)
    print(f"drain of {drained[0].events} events: {median(rates):.0f} /s, CPU-us each {cpu:.0f}")
    print(f"  the sleeping reader was told what it missed: {'yes' if lost else 'NO'}")
    return "ari-drain", median(rates), min(rates), DRAIN_GOAL


async def bench() -> list[tuple[str, float, float, float]]:
    theirs = await asyncio.to_thread(asyncari_python)
    with open_folder() as folder:
        installation = Installation(Site.create(folder / "site", ()), keep=False)
        url = f"http://127.0.0.1:{installation.site.ports.http}"
        target = Target(url, "hotline", installation.site.secrets.ari)
        python = Path(sys.executable)
        wanted = [("ours", python, "ours"), ("http", python, "plain_http")]
        if theirs is not None:
            wanted.append(("asyncari", theirs, "with_asyncari"))
        try:
            await installation.start_asterisk()
            pid = installation.asterisk.process.pid()
            assert pid is not None
            async with AsyncExitStack() as stack:
                ari = await stack.enter_async_context(parked(installation))
                frames = await record(target, ari)
                clients = [await stack.enter_async_context(client(*one, target)) for one in wanted]
                await measure(clients, pid)
        finally:
            await asyncio.to_thread(installation.asterisk.stop)
        results = report(clients[0], clients[1:])
        return [*results, report_drain([await drain(frames, folder) for _ in range(ROUNDS)])]


def main() -> None:
    for name, ratio, low, goal in asyncio.run(bench()):
        print(f"{name} ratio={ratio:.2f} goal={goal:g} {'ok' if low >= goal else 'short'}")


if __name__ == "__main__":
    main()
