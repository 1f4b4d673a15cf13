"""What is asked all the time, of every call or by people reads no more when more calls are over.

Counted in rows and index entries, for tables that PostgreSQL knows: seconds would depend on the
machine. The engine's connections have plans made without values.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from ari_app.domain.cel import CelRow
from ari_app.store import audit, audit_counts, callers, calls, cel, open_records, recordings
from ari_app.store.audit import Period
from ari_app.store.calls import CallFilter
from ari_app.store.cel import Piece
from ari_app.store.db import Connection, Db
from ari_app.store.recordings import RecordingFilter

NODE = "node1"
NOW = datetime.now(UTC).replace(microsecond=0)
LAST_MINUTE = NOW - timedelta(minutes=1), NOW
BOOTED = NOW - timedelta(days=30)
FEW, MANY = 500, 4000  # calls that are over
LATELY, LIVE = 40, 40  # calls that ended in the last minute, and that are not over
HALF_AS_MUCH_AGAIN = 1.5
A_CALLER = "13800001"
# Calls that arrive, wait, are offered to an agent, talk and are recorded.
TOLD = """
    CREATE TEMPORARY TABLE told (
        n bigint, call_id uuid, caller_leg text, agent_leg text, arrived timestamptz,
        ended timestamptz, is_over boolean)
"""
TELL = """
    INSERT INTO told
    SELECT n, ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'c' || n, 'a' || n,
           ended - interval '80 seconds', ended, $5
      FROM generate_series($1::bigint, $1 + $2 - 1) AS n
     CROSS JOIN LATERAL (SELECT $3::timestamptz + (n - $1) * ($4::timestamptz - $3) / $2) e (ended)
"""
TABLES = (
    """
    INSERT INTO call (call_id, arrived_at, node, caller, answered_at, ended_at, outcome, end_reason,
                      closed_by)
    SELECT call_id, arrived, 'node1', '1380000' || n, arrived, CASE WHEN is_over THEN ended END,
           CASE WHEN is_over THEN 'talked' END, CASE WHEN is_over THEN 'caller_hung_up' END,
           CASE WHEN is_over THEN 'engine' END
      FROM told
    """,
    """
    INSERT INTO leg (call_id, leg_id, arrived_at, node, role, agent_id, started_at, answered_at,
                     ended_at)
    SELECT call_id, leg, arrived, 'node1', role, CASE WHEN role = 'agent' THEN 1000 + n % 300 END,
           arrived, arrived, CASE WHEN is_over THEN ended END
      FROM told
     CROSS JOIN LATERAL (VALUES (caller_leg, 'caller'), (agent_leg, 'agent')) AS l (leg, role)
    """,
    """
    INSERT INTO queue_visit (id, call_id, arrived_at, queue_id, entered_at, place_since, left_at,
                             result, agent_id, promised_at, promised_seconds)
    SELECT gen_random_uuid(), call_id, arrived, '00000000-0000-4000-9000-000000000000', arrived,
           arrived, arrived + interval '20 seconds', 'answered', 1000 + n % 300, arrived, 30
      FROM told
    """,
    """
    INSERT INTO offer (id, call_id, arrived_at, agent_id, leg_id, made_at, ended_at, result)
    SELECT gen_random_uuid(), call_id, arrived, 1000 + n % 300, agent_leg,
           ended - interval '50 seconds', ended - interval '45 seconds', 'accepted'
      FROM told
    """,
    """
    INSERT INTO recording (call_id, arrived_at, state, path, sha256, bytes, seconds,
                           caller_silent_seconds, agent_silent_seconds)
    SELECT call_id, arrived, 'finalised', call_id || '.wav', repeat('0', 64), 1, 80, 1, 1
      FROM told
     WHERE is_over
    """,
    """
    INSERT INTO call_event (event_id, call_id, arrived_at, at, type)
    SELECT gen_random_uuid(), call_id, arrived, arrived, type
      FROM told
     CROSS JOIN (VALUES ('arrived'), ('queued'), ('ended')) AS t (type)
    """,
    """
    INSERT INTO call_place (call_id, arrived_at, step, node, kind, flow, flow_version, flow_node,
                            state, saved_at)
    SELECT call_id, arrived, 1, 'node1', 'talk', 'hotline', '1', 'wait',
           jsonb_build_object('leg', agent_leg), arrived
      FROM told
     WHERE NOT is_over
    """,
    """
    INSERT INTO cel_raw (node, source, position, at, event, unique_id, linked_id, call_id, fields)
    SELECT 'node1', 'log', (SELECT count(*) FROM cel_raw) + row_number() OVER (),
           CASE WHEN event = 'CHAN_END' THEN ended ELSE arrived END,
           event, leg, caller_leg, call_id,
           jsonb_build_object('context', context, 'exten', '95001',
                              'extra', jsonb_build_object('bridge_id', call_id || '-talk'))
      FROM told
     CROSS JOIN LATERAL (VALUES (caller_leg, 'from-trunk'), (agent_leg, 'from-agents'))
             AS l (leg, context)
     CROSS JOIN (VALUES ('CHAN_START'), ('ANSWER'), ('BRIDGE_ENTER'), ('CHAN_END')) AS e (event)
     WHERE event <> 'CHAN_END'
        OR is_over
    """,
    """
    INSERT INTO attempt (id, call_id, arrived_at, leg_id, node, made_at, outcome)
    SELECT gen_random_uuid(), call_id, arrived, 'o' || n, 'node1', ended - interval '31 seconds',
           'answered'
      FROM told
    """,
    """
    INSERT INTO cel_raw (node, source, position, at, event, unique_id, linked_id, fields)
    SELECT 'node1', 'log', (SELECT count(*) FROM cel_raw) + row_number() OVER (),
           ended - interval '30 seconds', 'CHAN_START', 'o' || n, 'o' || n,
           '{"context": "from-trunk", "exten": "s"}'
      FROM told
    """,
    """
    INSERT INTO agent (id, name)
    SELECT 1000 + n % 300, 'agent'
      FROM told
     WHERE NOT is_over
    """,
    """
    INSERT INTO agent_presence (agent_id, version, state, since, reason, call_id)
    SELECT 1000 + n % 300, 1, 'talking', arrived, 'accepted', call_id
      FROM told
     WHERE NOT is_over
    """,
)
READ = """
    SELECT sum(pg_stat_get_xact_tuples_returned(oid))::bigint
      FROM pg_class
     WHERE relkind IN ('r', 'i')
       AND relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Present:
    """Calls that ended in the last minute, and calls that are not over, with their channels."""

    period: Period
    ended: Sequence[UUID]
    live: Sequence[UUID]
    channels: Sequence[str]


Question = Callable[[Db, Present], Awaitable[Any]]


def log_piece(now: Present) -> Piece:
    """The end of a call that lives, as the loader brings it in."""
    texts = dict.fromkeys((one.name for one in fields(CelRow)), "")
    ends = {"event": "CHAN_END", "unique_id": now.channels[0], "linked_id": now.channels[0]}
    row = CelRow(**{**texts, **ends, "time": NOW, "offset": 0})  # type: ignore[arg-type]
    return Piece("log2", "Master.csv", 1, 0, 100, [row], 0)


BY_THE_ENGINE: dict[str, Question] = {
    "I1": lambda db, now: audit.records(db, now.period),
    "I2": lambda db, now: audit.open_records(db, NODE, now.channels),
    "I3, recordings": lambda db, now: audit_counts.due_recordings(db, *LAST_MINUTE),
    "I3, silence": lambda db, now: audit_counts.silent_sides(db, *LAST_MINUTE),
    "I3, files": lambda db, now: audit_counts.indexed(db, [f"{one}.wav" for one in now.ended]),
    "I4": lambda db, now: audit.busy_agents(db, now.channels, NOW),
    "I5": lambda db, now: audit.callers(db, NODE, now.channels),
    "I6": lambda db, now: audit.offers(db, now.period),
    "I7": lambda db, now: audit.dialled_out(db, now.period),
    "I8, ended": lambda db, now: audit_counts.ended(db, now.period),
    "I8, log": lambda db, now: audit_counts.of_log(db, now.period, now.ended),
    "I8, tables": lambda db, now: audit_counts.of_tables(db, now.period, now.ended),
    "unfinished": lambda db, now: open_records.unfinished(db, NODE),
    "legs over": lambda db, now: open_records.with_legs_over(db, NODE, NOW),
    "legs unseen": lambda db, now: open_records.unseen_legs(db, NODE, NOW),
    "unrecorded": lambda db, now: open_records.unrecorded(db, NODE, *LAST_MINUTE, BOOTED),
    "open records": lambda db, now: open_records.load(db, now.live),
    "spool": lambda db, now: recordings.times(db, now.live),
    "recovery": lambda db, now: calls.open_calls(db, NODE),
    "who calls": lambda db, now: callers.met(db, call_id=uuid4(), dialled="95001", caller=A_CALLER),
    "event log": lambda db, now: cel.load(db, NODE, log_piece(now)),
    "last sign of life": lambda db, now: cel.last_before(db, NODE, NOW),
}
SINCE = "SELECT * FROM {} WHERE {} >= now() - interval '40 minutes'"
BY_PEOPLE: dict[str, Question] = {
    "calls": lambda db, now: calls.recent(db),
    "calls of a number": lambda db, now: calls.recent(db, filters=CallFilter(caller=A_CALLER)),
    "calls that live": lambda db, now: calls.recent(db, filters=CallFilter(is_live=True)),
    "a call": lambda db, now: calls.find(db, now.ended[0]),
    "a timeline": lambda db, now: calls.timeline(db, now.ended[0]),
    "recordings": lambda db, now: recordings.search(db, RecordingFilter()),
    "of a number": lambda db, now: recordings.search(db, RecordingFilter(number=A_CALLER)),
    "of a call": lambda db, now: recordings.search(db, RecordingFilter(call_id=now.ended[0])),
    "half-hours": lambda db, now: db.fetch(SINCE.format("report_queue_half_hour", "half_hour")),
    "visits": lambda db, now: db.fetch(SINCE.format("v_queue_visit", "entered_at")),
    "visits of calls": lambda db, now: db.fetch(SINCE.format("v_queue_visit", "arrived_at")),
    "promises": lambda db, now: db.fetch(SINCE.format("v_wait_promise", "promised_at")),
    "offers": lambda db, now: db.fetch(SINCE.format("v_offer", "made_at")),
    "offers of calls": lambda db, now: db.fetch(SINCE.format("v_offer", "arrived_at")),
}


async def add_calls(
    db: Connection,
    first: int,
    count: int,
    since: datetime,
    until: datetime,
    *,
    is_over: bool = True,
) -> None:
    """Evenly, by their ends."""
    await db.execute("TRUNCATE told")
    await db.execute(TELL, first, count, since, until, is_over)
    for statement in TABLES:
        await db.execute(statement)


async def present(db: Connection) -> Present:
    ended = await db.fetch("SELECT call_id FROM call WHERE ended_at >= $1", LAST_MINUTE[0])
    live = await db.fetch("SELECT call_id FROM call WHERE ended_at IS NULL")
    legs = await db.fetch("SELECT leg_id FROM leg WHERE ended_at IS NULL")
    return Present(
        Period(NODE, *LAST_MINUTE, BOOTED, BOOTED),
        [one["call_id"] for one in ended],
        [one["call_id"] for one in live],
        [one["leg_id"] for one in legs],
    )


async def read_by(db: Connection, question: Question, now: Present) -> int:
    """Rows and index entries."""
    transaction = db.transaction()
    await transaction.start()
    before = await db.fetchval(READ)
    await question(db, now)
    read: int = await db.fetchval(READ) - before
    await transaction.rollback()
    return read


async def all_read(db: Connection) -> dict[str, int]:
    for table in ("call", "leg", "queue_visit", "offer", "recording", "call_event", "call_place",
                  "attempt", "agent", "agent_presence", "cel_raw"):  # fmt: skip
        await db.execute(f"ANALYZE {table}")
    now = await present(db)
    assert (len(now.ended), len(now.live)) == (LATELY, LIVE)
    await db.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    read = {name: await read_by(db, asked, now) for name, asked in BY_THE_ENGINE.items()}
    await db.execute("SET LOCAL plan_cache_mode = auto")
    return read | {name: await read_by(db, asked, now) for name, asked in BY_PEOPLE.items()}


@pytest.fixture
async def grown(db: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """What each question reads with FEW calls over, and with MANY."""
    await db.execute(TOLD)
    await add_calls(db, 10**9, LATELY, *LAST_MINUTE)
    await add_calls(db, 2 * 10**9, LIVE, *LAST_MINUTE, is_over=False)
    await add_calls(db, 0, FEW, NOW - timedelta(hours=1), NOW - timedelta(minutes=5))
    few = await all_read(db)
    await add_calls(db, FEW, MANY - FEW, NOW - timedelta(hours=12), NOW - timedelta(hours=1))
    return few, await all_read(db)


async def test_what_is_asked_again_and_again_reads_no_more_when_more_calls_are_over(
    grown: tuple[dict[str, int], dict[str, int]],
) -> None:
    few, many = grown

    assert all(many.values()), many  # a question that finds nothing to read proves nothing
    for name, read in many.items():
        assert read <= HALF_AS_MUCH_AGAIN * few[name] + LATELY, name
