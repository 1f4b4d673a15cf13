"""I8: what Asterisk's event log counts, what our tables count, and the calls that make the
difference."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from ari_app.domain.invariants import Finding, Problem, Verdict, agree
from ari_app.store import audit_counts
from ari_app.store.audit import Period
from ari_app.store.audit_counts import Counted
from ari_app.workers.recording_index import Ask

SETTLED = timedelta(seconds=30)  # both sides have written the end of a call by then


async def compare_sums(ask: Ask, period: Period) -> list[Finding]:
    """Of calls that arrived in this time and are over."""
    log = await ask(lambda db: audit_counts.of_log(db, period))
    tables = await ask(lambda db: audit_counts.of_tables(db, period))
    return differences(log, tables, period)


def differences(log: Iterable[Counted], tables: Iterable[Counted], period: Period) -> list[Finding]:
    """Both sides come with a margin of time, so that no call falls between two periods."""
    before = period.known_until - SETTLED
    logged = {call.call_id: call for call in log}
    stored = {call.call_id: call for call in tables}
    at = {call_id: call.at for call_id, call in (logged | stored).items()}
    ids = [call_id for call_id, moment in at.items() if period.since <= moment < period.until]
    ids = [i for i in ids if _is_over(logged.get(i), before) or _is_over(stored.get(i), before)]
    sums = " : ".join(_sum(side[i] for i in ids if i in side) for side in (logged, stored))
    found = []
    for call_id in sorted(ids):
        mine, theirs = stored.get(call_id), logged.get(call_id)
        ended_at = max(side.ended_at for side in (mine, theirs) if side and side.ended_at)
        if mine is not None and mine.ended_at is not None and mine.verdict is None:
            found.append(Finding(Problem.NO_OUTCOME, str(call_id), ended_at))
        elif not agree(_counted(theirs), _counted(mine)):
            values = {"log": _named(theirs), "table": _named(mine), "sums": sums}
            found.append(Finding(Problem.COUNTED_DIFFERENTLY, str(call_id), ended_at, values))
    return found


def _is_over(call: Counted | None, before: datetime) -> bool:
    return call is not None and call.ended_at is not None and call.ended_at < before


def _counted(call: Counted | None) -> Verdict | None:
    return call.verdict if call is not None and call.ended_at is not None else None


def _named(call: Counted | None) -> str:
    return (_counted(call) or "-") if call is not None else "-"


def _sum(calls: Iterable[Counted]) -> str:
    """`5 = 3 talked + 2 not_talked`"""
    counted = Counter(_named(call) for call in calls)
    parts = " + ".join(f"{number} {name}" for name, number in sorted(counted.items()))
    return f"{counted.total()} = {parts}" if parts else "0"
