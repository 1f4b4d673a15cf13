"""How a site is: its parts, and the figures beside them."""

import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ari_app.site.installation import Installation
    from ari_app.site.status import Part

CC_ALIVE = re.compile(r"CC_ALIVE=(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Disk:
    """The file system of the recordings; `level` as in domain.recording.Space."""

    free_bytes: int
    free_percent: float
    level: str


@dataclass(frozen=True, slots=True)
class LiveFlows:
    """What the engine runs; `number` is None for files that were never published. `differ`: the
    files are another version."""

    number: int | None
    version: str
    differ: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """What is not known of a stopped part is None or empty. `agents` counts them per state."""

    ok: bool
    site: str
    node: str
    parts: list["Part"]
    versions: dict[str, str]
    ports: Any
    gate_age_seconds: float | None
    live_calls: int | None
    journal: dict[str, int] | None
    recordings_waiting: int | None
    disk: Disk
    agents: dict[str, int] = field(default_factory=dict)
    storm: dict[str, str] | None = None
    flows: LiveFlows | None = None


async def look(installation: "Installation") -> Condition:
    import asyncio

    from ari_app.commands.version import hotline_version

    site = installation.site
    parts = [part async for part in installation.status()]
    engine = await readiness(installation) or {}
    console = installation.asterisk.console
    shown = await asyncio.to_thread(console, "dialplan show globals")
    return Condition(
        ok=all(part.ok for part in parts),
        site=str(site.folder),
        node=installation.asterisk.node,
        parts=parts,
        versions={
            "hotline": hotline_version(),
            "asterisk": installation.program.version.partition("+")[0],
            "python": sys.version.split()[0],
        },
        ports=site.ports,
        gate_age_seconds=gate_age(shown, time.time()),
        live_calls=engine.get("live_calls"),
        journal=engine.get("journal"),
        recordings_waiting=engine.get("recordings_waiting"),
        disk=disk(site.folder),
        storm=engine.get("storm"),
        agents=per_state(engine.get("agents", {})),
        flows=live_flows(engine.get("flows")),
    )


def live_flows(told: Mapping[str, Any] | None) -> LiveFlows | None:
    """Args: told: what the engine says of its flows; None when it does not answer."""
    from ari_app.commands.flow.books import source_files
    from ari_app.domain.errors import BadFlow
    from ari_app.domain.flow_files import version_of

    if told is None:
        return None
    try:
        files = version_of(source_files())
    except (BadFlow, OSError):
        files = ""
    return LiveFlows(told["number"], told["version"], files != told["version"])


async def readiness(installation: "Installation") -> dict[str, Any] | None:
    """What the engine says of itself, ready or not; None when it does not answer."""
    import aiohttp

    try:
        return await installation.health()
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None


def gate_age(globals_shown: str, now: float) -> float | None:
    """Seconds since the engine last said it was alive, from `dialplan show globals`."""
    found = CC_ALIVE.search(globals_shown)
    return round(now - float(found[1]), 1) if found else None


def per_state(agents: Mapping[str, str]) -> dict[str, int]:
    return dict(Counter(agents.values()).most_common())


def disk(folder: Path) -> Disk:
    from ari_app.domain.recording import judge_space

    usage = shutil.disk_usage(folder)
    percent = round(100 * usage.free / usage.total, 1)
    return Disk(usage.free, percent, judge_space(usage.free, usage.total).value)
