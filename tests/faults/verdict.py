"""What must be true when a fault is over and everybody has hung up."""

import asyncio
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ari_app.commands.auditing import auditor_of
from ari_app.lab.lab import Lab, until

LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Nothing was broken, else there would be none.

    Args:
        recordings: how many are in which state (`finalised`: whole).
    """

    calls: int
    recordings: Mapping[str, int]


async def judge(lab: Lab, callers: Collection[str], began: datetime, within: float) -> Verdict:
    """Of these callers, each of whom called once.

    Raises:
        AssertionError: what is broken still after `within` seconds.
    """
    await until(lambda: _all_closed(lab, callers), within, "every call closed")
    rows = await _records(lab, callers)
    assert sorted(row["caller"] for row in rows) == sorted(callers)
    await until(lambda: _all_recorded(lab, callers), within, "every recording looked at")
    await _until_sound(lab, began, within)
    return Verdict(len(rows), dict(Counter(row["state"] for row in await _records(lab, callers))))


async def _all_closed(lab: Lab, callers: Collection[str]) -> bool:
    rows = await _records(lab, callers)
    known = {row["caller"] for row in rows}
    return known >= set(callers) and all(row["ended_at"] for row in rows)


async def _all_recorded(lab: Lab, callers: Collection[str]) -> bool:
    return {row["state"] for row in await _records(lab, callers)}.isdisjoint({None, "expected"})


async def _records(lab: Lab, callers: Collection[str]) -> list[dict[str, Any]]:
    async with lab.database() as db:
        rows = await db.fetch(
            "SELECT c.caller, c.ended_at, c.outcome, c.end_reason, r.state"
            "  FROM call c LEFT JOIN recording r USING (call_id)"
            " WHERE c.caller = ANY($1)",
            list(callers),
        )
    return [dict(row) for row in rows]


async def _until_sound(lab: Lab, began: datetime, within: float) -> None:
    """Until a look of the auditor finds nothing that the look before has found: what is young may
    be on its way, and calls end while we look."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    async with auditor_of(lab.site) as auditor:
        known: set[str] | None = None
        while True:
            found = await auditor.look(began)
            told = {f"{f.invariant}: {f.subject} {f.sentence('en')}" for f in found.findings}
            if not found.away and (not told or (known is not None and not told & known)):
                return
            known = told
            if loop.time() > deadline:
                raise AssertionError("\n".join([*told, *map(str, found.away.items())]))
            await asyncio.sleep(LOOK_EVERY)


def complaints(log_file: Path) -> Iterator[str]:
    """What a process of ours logged as an error."""
    for line in log_file.read_text(errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            yield line
            continue
        if entry.get("level") in ("error", "critical"):
            yield line
