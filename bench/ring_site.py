"""The hotline of bench/ring.py: agents on static SIP contacts, each in ours and in app_queue.

The lines grow: the ten agents of the first also serve the second, and all of those the third, so
nobody has to be emptied out between them.
"""

import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.facts import AgentMoved
from ari_app.lab.lab import LOAD_TRUNK, open_folder
from ari_app.site.asterisk import Asterisk
from ari_app.site.installation import Installation
from ari_app.site.layout import SOURCE, Site
from ari_app.site.ports import free_ports
from ari_app.store.agents import set_presence
from ari_app.store.db import Connection

FIRST_AGENT = 2001
WRAP_UP_SECONDS = 1
CONFIGURATION = Path(__file__).parent / "asterisk-conf"
FLOW = """
name = "{name}"
title = {{ zh = "测试", en = "Bench" }}
start = "wait"

[node.wait]
type = "queue"
queue = "{name}"
prompts = []
talked = "end"
timeout = "end"
nobody = "end"

[node.end]
type = "hangup"
"""
# Recorded, and with a clean number, as ours are.
PEER = """
exten = {peer},1,MSet(CC_CALL=${{UUID()}},CC_CALLER=${{FILTER(0-9,${{CALLERID(num):0:64}}):0:20}})
 same = n,MSet(CALLERID(num)=${{CC_CALLER}},CALLERID(name)=)
 same = n,MixMonitor(,r(${{CC_CALL}}-in.wav)t(${{CC_CALL}}-out.wav))
 same = n,Answer(,i)
 same = n,Queue({name})
 same = n,Hangup()
"""


@dataclass(frozen=True)
class Line:
    """The same agents behind two numbers: `ours`, and that of app_queue."""

    name: str
    agents: Sequence[int]
    ours: str
    peer: str
    skill: str = "ring"
    level: int = 1
    wrap_up_seconds: int = 0


def make_lines(sizes: Sequence[int], after_wrap_up: int) -> list[Line]:
    """The last one has agents of its own, who wrap up."""
    lines = [
        Line(
            f"ring_{size}",
            range(FIRST_AGENT, FIRST_AGENT + size),
            ours=f"7{size:04}",
            peer=f"8{size:04}",
            level=len(sizes) - n,
        )
        for n, size in enumerate(sizes)
    ]
    others = range(FIRST_AGENT + max(sizes), FIRST_AGENT + max(sizes) + after_wrap_up)
    wrap_up = Line("wrap_up", others, "70000", "80000", "wrap_up", 1, WRAP_UP_SECONDS)
    return [*lines, wrap_up]


def phone(agent: int) -> str:
    return f"p{agent}"


class RingSite(Site):
    """A site whose flows lead straight into the lines."""

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "HOTLINE_FLOWS": str(self.folder / "flows")}


@dataclass(frozen=True)
class Place:
    """Where callers and phones talk to."""

    installation: Installation
    trunk_port: int
    phones_port: int
    sip_port: int


@asynccontextmanager
async def open_site(lines: Sequence[Line]) -> AsyncIterator[Place]:
    """Up, with all agents ready; gone afterwards."""
    (phones_port,) = free_ports(1)
    with open_folder() as folder:
        site = RingSite.create(folder / "site", (), (LOAD_TRUNK,))
        _write_flows(site.folder / "flows", lines)
        installation = Installation(site, keep=False)
        installation.asterisk = _with_queues(installation, lines, phones_port)
        try:
            await _keep_commit_times(installation)
            await installation.up(before_engine=lambda db: _staff(db, lines))
            yield Place(installation, site.trunk(LOAD_TRUNK).port, phones_port, site.ports.sip)
        finally:
            await installation.down()


def _write_flows(folder: Path, lines: Sequence[Line]) -> None:
    shutil.copytree(SOURCE / "dialplan" / "flows", folder)
    shutil.copytree(SOURCE / "dialplan" / "queries", folder.parent / "queries")
    for line in lines:
        (folder / f"{line.name}.toml").write_text(FLOW.format(name=line.name))


def _with_queues(installation: Installation, lines: Sequence[Line], phones_port: int) -> Asterisk:
    """The product's Asterisk with app_queue, the agents' phones and the numbers of the peer."""
    asterisk = installation.asterisk
    dialplan = installation.site.folder / "dialplan"
    shutil.copytree(SOURCE / "dialplan", dialplan)
    numbers = "".join(PEER.format(peer=line.peer, name=line.name) for line in lines)
    (dialplan / "zz-bench.conf").write_text(f"[from-trunk](+){numbers}")
    shown = [{"name": line.name, "agents": [*map(phone, line.agents)]} for line in lines]
    agents = [phone(agent) for agent, _ in _agents(lines)]
    values = {"lines": shown, "bench_phones": agents, "trunk": LOAD_TRUNK}
    return replace(
        asterisk,
        overrides=CONFIGURATION,
        dialplan=dialplan,
        values={**asterisk.values, **values, "phones_port": phones_port},
    )


async def _keep_commit_times(installation: Installation) -> None:
    """PostgreSQL says of each row when it was committed."""
    await installation.postgres.init()
    path = installation.site.postgres / "data" / "postgresql.conf"
    with path.open("a") as file:
        file.write("track_commit_timestamp = on\n")


async def _staff(db: Connection, lines: Sequence[Line]) -> None:
    await db.executemany(
        "INSERT INTO skill (name, title_zh, title_en) VALUES ($1, $1, $1) ON CONFLICT DO NOTHING",
        [(line.skill,) for line in lines],
    )
    for line in lines:
        queue = await db.fetchval(
            "INSERT INTO queue (name, title_zh, title_en, max_wait_seconds,"
            " announce_every_seconds) VALUES ($1, $1, $1, 3600, 0) RETURNING id",
            line.name,
        )
        await db.execute(
            "INSERT INTO queue_skill (queue_id, skill, level) VALUES ($1, $2, $3)",
            *(queue, line.skill, line.level),
        )
        await db.execute("INSERT INTO route (pattern, flow) VALUES ($1, $2)", line.ours, line.name)
    for agent, line in _agents(lines):
        await db.execute(
            "INSERT INTO agent (id, name, phone, wrap_up_seconds) VALUES ($1, $2, $2, $3)",
            *(agent, phone(agent), line.wrap_up_seconds),
        )
        await db.executemany(
            "INSERT INTO agent_skill (agent_id, skill, level) VALUES ($1, $2, $3)",
            [(agent, line.skill, line.level), (agent, "chinese", 9)],
        )
        ready, why, now = AgentState.READY.value, Reason.LOGIN.value, datetime.now(UTC)
        moved = AgentMoved(at=now, agent_id=agent, version=1, state=ready, reason=why)
        await set_presence(db, moved)


def _agents(lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    """Each once, with the first line it serves."""
    seen: set[int] = set()
    for line in lines:
        for agent in line.agents:
            if agent not in seen:
                seen.add(agent)
                yield agent, line
