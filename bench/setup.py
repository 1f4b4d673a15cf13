"""How long until a caller hears the welcome prompt, and what does that cost in processor time?

    python -m bench.setup

Our path (trunk, alive gate, Stasis, flow) against a dialplan that only answers
and plays the same file, on the same Asterisk, blocks of calls in turn (ABBA). One caller measures
both: from sending INVITE to receiving the first packet of the prompt. Calls come as from people, at
random: in a fixed rhythm every one would meet the same moment of the end of the one before it.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from ari_app.lab.lab import GENERATED, LOAD_TRUNK, open_folder
from ari_app.site.installation import Installation
from ari_app.site.layout import Site
from bench.caller import PACKET_SAMPLES, Call, Trunk
from bench.cpu import cpu_ms, programs
from bench.ratio import ratio_of_medians

CALLS_PER_SECOND, BLOCK_CALLS, ROUNDS = 5, 20, 5  # a round is ABBA: 40 calls of each path
LISTEN_SECONDS, SETTLE_SECONDS = 0.3, 1.0
GOAL = 1.5
OURS, PLAIN = "95001", "90000"
PLAIN_DIALPLAN = f"""
[from-trunk](+)
exten = {PLAIN},1,Goto(bench-plain,s,1)

[bench-plain]
exten = s,1,Answer()
 same = n,Playback(hotline/welcome)
 same = n,Hangup()
"""


@dataclass
class Path:
    """One way to the prompt: its calls, and per block the processor time of each program."""

    name: str
    number: str
    calls: list[Call] = field(default_factory=list)
    blocks: list[dict[str, float]] = field(default_factory=list)

    def ms(self, moment: str) -> list[float]:
        """INVITE to `answered` or `heard`, of the calls that got that far."""
        found = [(getattr(call, moment), call.invited) for call in self.calls]
        return [(at - invited) * 1000 for at, invited in found if at]

    def cpu(self, program: str) -> float:
        """Milliseconds per call, what runs anyway included."""
        return median(block[program] for block in self.blocks) / BLOCK_CALLS


async def block(trunk: Trunk, number: str, chance: random.Random) -> list[Call]:
    """Five calls a second, whether or not the last one is over; without a number, no calls."""
    calls = []
    for _ in range(BLOCK_CALLS):
        if number:
            calling = trunk.call(number, listen_seconds=LISTEN_SECONDS)
            calls.append(asyncio.create_task(calling))
        await asyncio.sleep(chance.expovariate(CALLS_PER_SECOND))
    done = await asyncio.gather(*calls)
    await asyncio.sleep(SETTLE_SECONDS)  # the recorder and the closing of records belong to it
    return done


async def measure(trunk: Trunk, pids: Mapping[str, int], paths: Sequence[Path]) -> None:
    """Fills the paths, the last of which is rest. In a round all meet the same moments."""
    ours, plain, rest = paths
    for n in range(ROUNDS):
        for path in (ours, plain, rest, plain, ours):
            before = {name: cpu_ms([pid]) for name, pid in pids.items()}
            path.calls += await block(trunk, path.number, random.Random(n))
            spent = {name: cpu_ms([pid]) - before[name] for name, pid in pids.items()}
            path.blocks.append({**spent, "all": sum(spent.values())})


def report(ours: Path, plain: Path, rest: Path) -> float:
    """Prints the tables; returns the ratio of the time to the first sound."""
    welcome = (GENERATED / "zh" / "welcome.alaw").read_bytes()[:PACKET_SAMPLES]
    for path in (ours, plain):
        right = sum(call.first_packet == welcome for call in path.calls)
        print(f"{path.name}: {right} of {len(path.calls)} calls heard the prompt's first packet")
    ratio = 0.0
    for moment, name in (("answered", "INVITE to 200"), ("heard", "INVITE to first packet")):
        ratio, low, high = ratio_of_medians(ours.ms(moment), plain.ms(moment))
        cells = "  ".join(
            f"{p.name} {median(p.ms(moment)):5.1f} (p95 {quantiles(p.ms(moment), n=20)[-1]:5.1f})"
            for p in (ours, plain)
        )
        print(f"{name:22} ms  {cells}  x {ratio:.2f} [{low:.2f} .. {high:.2f}]")
    for program in rest.blocks[0]:
        own, other = (path.cpu(program) - rest.cpu(program) for path in (ours, plain))
        print(f"CPU-ms per call  {program:10}  ours {own:5.1f}  plain {other:5.1f}")
    return ratio


async def bench() -> float:
    with open_folder() as folder:
        installation = Installation(Site.create(folder / "site", (), (LOAD_TRUNK,)), keep=False)
        site = installation.site
        try:
            await installation.up()
            (installation.asterisk.etc / "dialplan" / "zz-bench.conf").write_text(PLAIN_DIALPLAN)
            await asyncio.to_thread(installation.asterisk.console, "dialplan reload")
            trunk = Trunk(site.trunk(LOAD_TRUNK).port, site.ports.sip)
            await trunk.open()
            paths = Path("ours", OURS), Path("plain", PLAIN), Path("rest", "")
            for path in paths[:2]:  # first calls open connections and fill caches
                await block(trunk, path.number, random.Random())
            await measure(trunk, programs(installation), paths)
            trunk.close()
            return report(*paths)
        finally:
            await installation.down()


def main() -> None:
    ratio = asyncio.run(bench())
    print(f"setup ratio={ratio:.2f} goal={GOAL} {'ok' if ratio <= GOAL else 'short'}")


if __name__ == "__main__":
    main()
