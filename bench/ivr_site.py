"""The hotline of bench/ivr.py: one IVR, four times, on the same Asterisk.

Two prompts of less than half a second, a key after each, and the hotline hangs up. All are recorded
and given a call id and a clean number, as every call of ours is.
"""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ari_app.lab.lab import LOAD_TRUNK, open_folder
from ari_app.site.installation import Installation
from ari_app.site.layout import SOURCE, Site
from ari_app.site.ports import free_ports
from ari_app.store.db import Connection
from bench.ari_clients.load import Target
from bench.ari_venv import asyncari_python
from bench.cpu import programs
from bench.pressers import Pressers

FLOW, DIALPLAN, FASTAGI, ASYNCARI, CROWD = "90000", "90001", "90002", "90003", "90009"
FLOWS = {
    "bench-ivr": """
name = "bench-ivr"
start = "first"

[node.first]
type = "menu"
prompts = ["in-the-queue"]
keys = { "1" = "second" }
otherwise = "end"

[node.second]
type = "menu"
prompts = ["in-the-queue"]
keys = { "2" = "end" }
otherwise = "end"

[node.end]
type = "hangup"
prompts = []
""",
    "bench-crowd": """
name = "bench-crowd"
start = "menu"

[node.menu]
type = "menu"
prompts = ["main-menu"]
keys = { "9" = "end", "1" = "menu", "2" = "menu" }
tries = 100
within_seconds = 30
otherwise = "end"

[node.end]
type = "hangup"
prompts = []
""",
}
PEERS = """
[from-trunk](+)
exten = {dialplan},1,Gosub(bench-head,s,1)
 same = n,Goto(bench-first,s,1)
exten = {fastagi},1,Gosub(bench-head,s,1)
 same = n,AGI(agi://127.0.0.1:{agi}/ivr)
 same = n,Hangup()
exten = {asyncari},1,Gosub(bench-head,s,1)
 same = n,Stasis(bench-asyncari)
 same = n,Hangup()

[bench-head]
exten = s,1,MSet(CC_CALL=${{UUID()}},CC_CALLER=${{FILTER(0-9,${{CALLERID(num):0:64}}):0:20}})
 same = n,MSet(CALLERID(num)=${{CC_CALLER}},CALLERID(name)=,CHANNEL(language)=zh)
 same = n,MixMonitor(,r({spool}/${{CC_CALL}}-in.wav)t({spool}/${{CC_CALL}}-out.wav))
 same = n,Answer(,i)
 same = n,Return()

[bench-first]
exten = s,1,Background(hotline/in-the-queue)
 same = n,WaitExten(6)
exten = 1,1,Goto(bench-second,s,1)
exten = i,1,Goto(s,1)
exten = t,1,Goto(s,1)

[bench-second]
exten = s,1,Background(hotline/in-the-queue)
 same = n,WaitExten(6)
exten = 2,1,Hangup()
exten = i,1,Goto(s,1)
exten = t,1,Goto(s,1)
"""


@dataclass(frozen=True)
class Place:
    """`pids`: of every program that a call may keep busy, by name."""

    installation: Installation
    trunk: Pressers
    pids: Mapping[str, int]

    @property
    def has_asyncari(self) -> bool:
        return "asyncari" in self.pids


class IvrSite(Site):
    """A site with flows of its own."""

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "HOTLINE_FLOWS": str(self.folder / "flows")}


@asynccontextmanager
async def open_site() -> AsyncIterator[Place]:
    """Up, with the peers running; gone afterwards."""
    theirs = await asyncio.to_thread(asyncari_python)
    (agi_port,) = free_ports(1)
    with open_folder() as folder:
        site = IvrSite.create(folder / "site", (), (LOAD_TRUNK,))
        for part in ("flows", "queries"):
            shutil.copytree(SOURCE / "dialplan" / part, site.folder / part)
        for name, text in FLOWS.items():
            (site.folder / "flows" / f"{name}.toml").write_text(text)
        installation = Installation(site, keep=False)
        try:
            await installation.up(before_engine=_route)
            _write_peers(installation, folder / "peers", agi_port)
            await asyncio.to_thread(installation.asterisk.console, "dialplan reload")
            async with AsyncExitStack() as stack:
                start: Sequence[str] = (sys.executable, "-m", "bench.ivr_agi", str(agi_port))
                pids = {"their agi": await stack.enter_async_context(_running(start, {}))}
                if theirs is not None:
                    target = Target(
                        f"http://127.0.0.1:{site.ports.http}", "hotline", site.secrets.ari
                    )
                    start = (str(theirs), "-m", "bench.ari_clients.ivr_asyncari")
                    running = _running(start, target.env)
                    pids["asyncari"] = await stack.enter_async_context(running)
                trunk = Pressers(site.trunk(LOAD_TRUNK).port, site.ports.sip)
                await trunk.open()
                stack.callback(trunk.close)
                yield Place(installation, trunk, {**programs(installation), **pids})
        finally:
            await installation.down()


async def _route(db: Connection) -> None:
    await db.executemany(
        "INSERT INTO route (pattern, flow) VALUES ($1, $2)",
        [(FLOW, "bench-ivr"), (CROWD, "bench-crowd")],
    )


def _write_peers(installation: Installation, spool: Path, agi_port: int) -> None:
    spool.mkdir()
    spool.chmod(0o777)  # Asterisk may run as another user
    text = PEERS.format(
        dialplan=DIALPLAN, fastagi=FASTAGI, asyncari=ASYNCARI, agi=agi_port, spool=spool
    )
    (installation.asterisk.etc / "dialplan" / "zz-bench.conf").write_text(text)


@asynccontextmanager
async def _running(command: Sequence[str], env: Mapping[str, str]) -> AsyncIterator[int]:
    """A peer that has said it is ready."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=SOURCE,
        env={**os.environ, **env},
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(command)} ended; see above")
        json.loads(line)
        yield process.pid
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
