"""Processor time and memory of programs, from /proc."""

import os
import re
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median

from ari_app.site.installation import Installation

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
YARD, YARDS = 50_000, 21  # one to two ms each


def cpu_ms(roots: Iterable[int]) -> float:
    """Milliseconds of user and system time, of ended children too (proc(5), fields 14 to 17)."""
    parents = dict(_parents())
    family = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(_ticks(pid) for pid in family) * TICK_MS


def yardstick_ms() -> float:
    """Processor time that a fixed piece of work takes now: how fast the machine is at the moment,
    which on a shared one changes by half within minutes."""
    times = []
    for _ in range(YARDS):
        began = time.thread_time()
        sum(n * n for n in range(YARD))
        times.append((time.thread_time() - began) * 1000)
    return median(times)


def resident_kb(pid: int) -> float:
    """Of the process alone."""
    status = Path(f"/proc/{pid}/status").read_text()
    return float(re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[1])  # type: ignore[index]


def programs(installation: Installation) -> Mapping[str, int]:
    """Those of a hotline that a call may keep busy, by name."""
    found = {
        "asterisk": installation.asterisk.process.pid(),
        "ari_app": installation.engine.pid(),
        "agi": installation.agi.pid(),
        "watchdog": installation.watchdog.pid(),
        "postgres": installation.postgres.pid,
        "redis": int((installation.site.redis / "redis.pid").read_text()),
    }
    return {name: pid for name, pid in found.items() if pid is not None}


def _parents() -> Iterable[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            yield int(folder.name), int(fields[1])


def _ticks(pid: int) -> int:
    return sum(map(int, _stat(pid)[11:15]))


def _stat(pid: int) -> list[str]:
    """The fields behind the name, from the third on; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
