"""The figures of `/metrics`, in groups; docs/operations.md says what each alarm means."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from ari_app.ari import Stats
from ari_app.domain.agent import PAUSE_REASONS, AgentState
from ari_app.domain.attempt import AttemptOutcome
from ari_app.domain.invariants import Invariant
from ari_app.domain.pauses import overdue_seconds
from ari_app.domain.recording import Reason, Space
from ari_app.observed import Observed
from ari_app.web.metrics import Measured

ARI_NOW = ("in_flight", "inbox_depth_max")  # the rest of Stats only rises


def gauges(seen: Observed) -> Iterator[Measured]:
    """Everything there is to see now."""
    for group in (_readiness, _calls, _outbound, _journal, _ari, _audit, _recordings, _event_log):
        yield from group(seen)


def _readiness(seen: Observed) -> Iterator[Measured]:
    parts = {name: float(there) for name, there in seen.parts.items()}
    lags = seen.loop_lag.lags
    yield Measured("ready", "1 when callers can be served", float(seen.is_ready))
    yield Measured("part_up", "1 when the part is there", label="part", values=parts)
    yield Measured(
        "changes_taken_up",
        "Changes of rows or flows that came into force",
        kind="counter",
        label="what",
        values={what.replace(" ", "_"): float(n) for what, n in seen.taken_up.items()},
    )
    yield Measured("gate_age_seconds", "Since the last sign of life", seen.heartbeat.age)
    yield Measured(
        "loop_lag_seconds",
        "How late the event loop was, over the last minute",
        label="of",
        values={"p99": lags.p99, "worst": lags.worst},
    )


def _calls(seen: Observed) -> Iterator[Measured]:
    waits = seen.dispatcher.waits()
    states = Counter(seat.state for seat in seen.roster.seats())
    yield Measured("calls_live", "Calls that a flow serves now", len(seen.calls.live))
    yield Measured("calls", "Calls that a flow was begun for", seen.calls.begun, "counter")
    yield Measured(
        "queue_waiting",
        "Calls that wait for an agent",
        label="queue",
        values={queue: len(seconds) for queue, seconds in waits.items()},
    )
    yield Measured(
        "queue_longest_wait_seconds",
        "How long the first of them has waited",
        label="queue",
        values={queue: max(seconds, default=0.0) for queue, seconds in waits.items()},
    )
    yield Measured(
        "agents",
        "Agents in this state",
        label="state",
        values={state.value: states[state] for state in AgentState},
    )
    yield Measured(
        "pauses_overdue",
        "Agents whose pause is past its limit",
        label="reason",
        values=_overdue(seen),
    )


def _outbound(seen: Observed) -> Iterator[Measured]:
    gate, desk = seen.outbound.gate, seen.outbound.desk
    yield Measured("outbound_live", "Numbers outside that ring or talk now", gate.live)
    yield Measured(
        "outbound_attempts",
        "Numbers outside that were dialled, or refused",
        kind="counter",
        label="outcome",
        values={outcome.value: gate.outcomes[outcome] for outcome in AttemptOutcome},
    )
    yield Measured("callbacks_due", "Calls that are owed in a line", desk.due)
    yield Measured("callbacks_in_line", "Those whose turn may come now", desk.in_line)


def _overdue(seen: Observed) -> dict[str, float]:
    now = seen.clock.now()
    late = Counter(
        seat.agent.reason
        for seat in seen.roster.seats()
        if overdue_seconds(seat.state, seat.until, now) is not None
    )
    return {reason.value: late[reason] for reason in sorted(PAUSE_REASONS)}


def _journal(seen: Observed) -> Iterator[Measured]:
    state = seen.journal.state
    away = seen.seconds_since(state.away_since) or 0.0
    yield Measured("journal_pending", "Facts in memory that wait for PostgreSQL", state.pending)
    yield Measured("journal_spooled", "Facts on disk that wait for PostgreSQL", state.spooled)
    yield Measured("journal_rejected", "Facts PostgreSQL refused", state.rejected, "counter")
    yield Measured("journal_away_seconds", "Since PostgreSQL was lost; 0 when it is there", away)


def _ari(seen: Observed) -> Iterator[Measured]:
    stats = seen.ari.stats
    for each in fields(Stats):
        kind = "gauge" if each.name in ARI_NOW else "counter"
        words = each.name.replace("_", " ")
        value = getattr(stats, each.name)
        yield Measured(f"ari_{each.name}", f"Connection to Asterisk: {words}", value, kind)  # type: ignore[arg-type]


def _audit(seen: Observed) -> Iterator[Measured]:
    auditor = seen.auditor
    yield Measured(
        "invariant_broken",
        "Objects for which the invariant does not hold now",
        label="invariant",
        values=auditor.counts(),
    )
    yield Measured(
        "invariant_unchecked",
        "1 when the last round could not look at it",
        label="invariant",
        values={one.value: float(one in auditor.away) for one in Invariant},
    )
    age = seen.seconds_since(auditor.checked_at)
    yield Measured("audit_age_seconds", "Since the last round of the audit", age)


def _recordings(seen: Observed) -> Iterator[Measured]:
    space, flagged = seen.space, seen.recorder.flagged
    yield Measured("recordings_waiting", "Calls whose recording is not done", seen.recorder.waiting)
    yield Measured("messages_waiting", "Messages not in the archive yet", seen.messages.waiting)
    yield Measured(
        "recordings_flagged",
        "Recordings with something to know about",
        kind="counter",
        label="reason",
        values={reason.value: flagged[reason] for reason in Reason},
    )
    yield Measured("disk_free_bytes", "Room left for recordings", space.free_bytes)
    yield Measured("disk_size_bytes", "Room for recordings in all", space.total_bytes)
    yield Measured(
        "disk_level",
        "1 for how much room is left",
        label="level",
        values={level.value: float(level is space.level) for level in Space},
    )


def _event_log(seen: Observed) -> Iterator[Measured]:
    log = seen.event_log
    age = seen.seconds_since(log.read_until)
    yield Measured("cel_rows", "Rows of Asterisk's event log loaded", log.loaded, "counter")
    yield Measured("cel_damaged", "Records of it that cannot be read", log.damaged, "counter")
    yield Measured("cel_age_seconds", "Since nothing of it was left to read", age)
    yield Measured("cel_forgotten", "Old rows deleted", seen.retention.forgotten, "counter")
