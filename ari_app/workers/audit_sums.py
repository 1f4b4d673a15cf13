"""I8: what Asterisk's event log counts, what our tables count, and the calls that make the
difference."""

from collections import Counter
from collections.abc import Iterable

from ari_app.domain.invariants import Finding, Problem, Verdict, agree
from ari_app.store import audit_counts
from ari_app.store.audit import Period
from ari_app.store.audit_counts import Counted
from ari_app.workers.recording_index import Ask


async def compare_sums(ask: Ask, period: Period) -> list[Finding]:
    """Of calls that ended in this time."""
    calls = await ask(lambda db: audit_counts.ended(db, period))
    if not calls:
        return []
    log = await ask(lambda db: audit_counts.of_log(db, period, calls))
    tables = await ask(lambda db: audit_counts.of_tables(db, period, calls))
    return differences(log, tables)


def differences(log: Iterable[Counted], tables: Iterable[Counted]) -> list[Finding]:
    """Both sides of the same calls, each of which is over on one of them at least."""
    logged = {call.call_id: call for call in log}
    stored = {call.call_id: call for call in tables}
    sums = " : ".join(_sum(side.values()) for side in (logged, stored))
    found = []
    for call_id in sorted(logged.keys() | stored.keys()):
        mine, theirs = stored.get(call_id), logged.get(call_id)
        ends = [side.ended_at for side in (mine, theirs) if side and side.ended_at]
        ended_at = max(ends, default=None)
        if mine is not None and mine.ended_at is not None and mine.verdict is None:
            found.append(Finding(Problem.NO_OUTCOME, str(call_id), ended_at))
        elif not agree(_counted(theirs), _counted(mine)):
            values = {"log": _named(theirs), "table": _named(mine), "sums": sums}
            found.append(Finding(Problem.COUNTED_DIFFERENTLY, str(call_id), ended_at, values))
    return found


def _counted(call: Counted | None) -> Verdict | None:
    return call.verdict if call is not None and call.ended_at is not None else None


def _named(call: Counted | None) -> str:
    return (_counted(call) or "-") if call is not None else "-"


def _sum(calls: Iterable[Counted]) -> str:
    """`5 = 3 talked + 2 not_talked`"""
    counted = Counter(_named(call) for call in calls)
    parts = " + ".join(f"{number} {name}" for name, number in sorted(counted.items()))
    return f"{counted.total()} = {parts}" if parts else "0"
