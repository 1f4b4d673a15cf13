"""F21: whatever a caller says of himself, over real SIP; it is cleaned, and it runs nowhere."""

import itertools
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.lab.lab import LOAD_TRUNK, Lab
from tests.faults.workload import Workload, seeds
from tests.lab.raw_sip import Caller, RawTrunk

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANSWERED = 200
ROUNDS = 2  # of the whole corpus, in another order
CLEAN = re.compile(r"[0-9]{0,24}")
# `CANARY` becomes a path: a file there means that somebody executed what a caller said.
TEXTS = (
    b"<script>fetch('//x')</script>", b"=cmd|' /C touch CANARY'!A1", b"${SHELL(touch CANARY)}",
    b"$(touch CANARY)", b"`touch CANARY`", b"$[1+1]", b"${CHANNEL(exten)}", b"%n%s%x%p",
    b"%0d%0aX: y",
    b"'; DROP TABLE call; --", b"\\\" OR 1=1", b"../../../../etc/passwd", b"a,b,c&d|e",
    b"\t\x01\x02\x1b[31m",
    b"\xff\xfe\xc3\x28", "王小明".encode(), "😀".encode(), "\u202eevil".encode(), b"A" * 2000,
    b"\\r\\nAction: Command", b"{{7*7}}", b"null", b"-1", b"Local/100@from-trunk",
)  # fmt: skip
NUMBERS = (
    b"139%0a0000", b"139;ext=1", b"139,1,2", b"139&SIP", b"+86139", b"9" * 400, b"anonymous",
    b"%24%7BSHELL(touch%20CANARY)%7D", b"139-000-1111", b"%00139", b"139%22",
)  # fmt: skip
DIALLED = (
    b"95001%20", b"95001,1", b"95001%26", b"+95001", b"9" * 300, b"95001%0d%0a", b"95001;phone=x",
    b"%24%7BEXTEN%7D",
)  # fmt: skip
_numbers = itertools.count(13_300_000_000)


def corpus(canary: Path, marker: bytes) -> list[Caller]:
    """Each hostile text in each place; `marker` begins every number that can carry it."""
    texts = [text.replace(b"CANARY", bytes(canary)) for text in TEXTS]
    quoted = [b'"' + text.replace(b'"', b'\\"') + b'" ' for text in texts]
    return [
        *(Caller(marker, name) for name in quoted),
        *(Caller(marker, text + b" ") for text in texts[:6]),
        *(Caller(marker, dialled=dialled) for dialled in DIALLED),
        *(Caller(number.replace(b"CANARY", bytes(canary))) for number in NUMBERS),
        *(
            Caller(marker, more=header + text + b"\r\n")
            for text in texts
            for header in (b"P-Asserted-Identity: <sip:1@h>\r\nSubject: ", b"User-Agent: ")
        ),
    ]


async def test_whatever_a_caller_says_is_only_text(workload: Workload, tmp_path: Path) -> None:
    lab = workload.lab
    trunk, began = lab.site.trunk(LOAD_TRUNK), datetime.now(UTC)
    await workload.start()
    processes, logged = pids(lab), log_sizes(lab)

    async with RawTrunk.open(trunk.port, lab.site.ports.sip) as raw:
        for seed in seeds()[:ROUNDS]:
            canary = tmp_path / f"canary-{seed}"
            marker = str(next(_numbers))
            callers = corpus(canary, marker.encode())
            workload.random.shuffle(callers)

            statuses = [await raw.call(caller, 0.05) for caller in callers]

            answered = [c for c, s in zip(callers, statuses, strict=True) if s == ANSWERED]
            assert len(answered) > len(callers) / 2
            assert not canary.exists()

    assert pids(lab) == processes
    assert workload.dropped() == []
    assert await workload.cut_off() == []
    await workload.verdict()
    await everything_is_closed_and_clean(lab, began)
    every_log_line_is_one_object(logged)


def pids(lab: Lab) -> list[int | None]:
    one = lab.installation
    return [p.pid() for p in (one.engine, one.agi, one.watchdog, one.asterisk.process)]


async def everything_is_closed_and_clean(lab: Lab, began: datetime) -> None:
    async with lab.database() as db:
        rows = await db.fetch(
            "SELECT caller, dialled, ended_at, outcome FROM call WHERE arrived_at >= $1", began
        )
    for row in rows:
        assert row["ended_at"] is not None
        assert CLEAN.fullmatch(row["caller"] or ""), row
        assert CLEAN.fullmatch(row["dialled"] or ""), row
        assert row["outcome"] != "fallback", row


def log_sizes(lab: Lab) -> dict[Path, int]:
    logs = [lab.site.log / f"{name}.log" for name in ("ari_app", "agi")]
    return {log: log.stat().st_size for log in logs}


def every_log_line_is_one_object(since: Mapping[Path, int]) -> None:
    """What engines that froze or died before said in the end is not."""
    for log, size in since.items():
        for line in log.read_bytes()[size:].splitlines():
            assert line.isascii()
            assert isinstance(json.loads(line), dict)
