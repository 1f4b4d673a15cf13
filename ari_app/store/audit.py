"""What the auditor asks about records, agents, callers and offers.

Each question is bounded, by time or by what is live, and has an index. What belongs to each row is
looked up one by one, in a subquery that PostgreSQL has to leave where it is (LIMIT, OFFSET 0): as
a join, a plan made without values reads all there is of the other table.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from ari_app.domain.invariants import Finding, Problem
from ari_app.domain.witness import ENTRIES, FALLBACK, OUTGOING
from ari_app.store.cel import UNRECORDED, ended_arrivals
from ari_app.store.db import Db


@dataclass(frozen=True, slots=True)
class Period:
    """What is looked at: calls that arrived, or ended, from `since` to before `until`.

    Asterisk started at `booted_at`: it has no channel from before. Its event log is known from
    `known_since` on.
    """

    node: str
    since: datetime
    until: datetime
    booted_at: datetime
    known_since: datetime


async def records(db: Db, period: Period) -> list[Finding]:
    """I1, both ways. A record is due when the call is over: the fallback's is made then."""
    node, since, until = period.node, period.since, period.until
    lost = await db.fetch(UNRECORDED, *ended_arrivals(node, since, until, period.booted_at))
    unseen = await db.fetch(
        """
        SELECT c.call_id, c.arrived_at
          FROM call c
         WHERE c.arrived_at >= $2
           AND c.arrived_at < $3
           AND (c.node = $1 OR c.node IS NULL)
           AND (SELECT true FROM cel_raw r WHERE r.call_id = c.call_id LIMIT 1) IS NULL
        """,
        *(node, since, until),
    )
    double = await db.fetch(
        """
        SELECT call_id, count(*) AS count
          FROM call
         WHERE arrived_at >= $1
           AND arrived_at < $2
         GROUP BY call_id
        HAVING count(*) > 1
        """,
        *(since, until),
    )
    return [
        *(
            Finding(Problem.NO_RECORD, str(row["call_id"] or row["unique_id"]), row["ended_at"])
            for row in lost
        ),
        *(Finding(Problem.NO_WITNESS, str(row["call_id"]), row["arrived_at"]) for row in unseen),
        *(
            Finding(Problem.TWO_RECORDS, str(row["call_id"]), None, {"count": row["count"]})
            for row in double
        ),
    ]


async def open_records(db: Db, node: str, live: Collection[str]) -> list[Finding]:
    """I2, of calls and of legs. `live` are the ids of Asterisk's channels."""
    calls = await db.fetch(
        """
        SELECT c.call_id, l.leg_id AS channel
          FROM call c
          LEFT JOIN LATERAL (
               SELECT leg_id FROM leg WHERE call_id = c.call_id AND role = 'caller' OFFSET 0) l
            ON true
         WHERE c.ended_at IS NULL
           AND c.node = $1
           AND (c.callback_id IS NULL OR l.leg_id IS NOT NULL)
        """,
        node,
    )
    legs = await db.fetch(
        "SELECT call_id, leg_id AS channel FROM leg WHERE ended_at IS NULL AND node = $1", node
    )
    gone = [
        Finding(Problem.CHANNEL_GONE, str(row["call_id"]), None, {"channel": row["channel"]})
        for row in calls
        if row["channel"] not in live
    ]
    known = {found.values["channel"] for found in gone}
    return gone + [
        Finding(
            Problem.LEG_GONE,
            f"{row['call_id']} {row['channel']}",
            None,
            {"channel": row["channel"]},
        )
        for row in legs
        if row["channel"] not in live and row["channel"] not in known
    ]


async def busy_agents(db: Db, live: Collection[str], now: datetime) -> list[Finding]:
    """I4."""
    rows = await db.fetch(
        """
        SELECT p.agent_id, p.state, p.until, o.id AS offer, o.deadline,
               ARRAY(SELECT l.leg_id
                       FROM leg l
                      WHERE l.call_id = p.call_id
                        AND l.agent_id = p.agent_id
                        AND l.ended_at IS NULL) AS channels
          FROM agent_presence p
          LEFT JOIN offer o ON o.agent_id = p.agent_id AND o.result IS NULL
         WHERE p.state IN ('reserved', 'talking', 'wrap_up')
        """
    )
    found = []
    for row in rows:
        problem, since = _stuck(row["state"], row, live, now)
        if problem is not None:
            found.append(Finding(problem, f"agent {row['agent_id']}", since))
    return found


def _stuck(
    state: str, row: "dict[str, object]", live: Collection[str], now: datetime
) -> tuple[Problem | None, datetime | None]:
    until, deadline = row["until"], row["deadline"]
    channels = row["channels"]
    assert isinstance(channels, list)
    match state:
        case "reserved" if row["offer"] is None:
            return Problem.NO_OFFER, None
        case "reserved" if isinstance(deadline, datetime) and deadline < now:
            return Problem.OFFER_OVERDUE, deadline
        case "talking" if not any(channel in live for channel in channels):
            return Problem.NOBODY_TO_TALK_TO, None
        case "wrap_up" if not isinstance(until, datetime):
            return Problem.WRAP_UP_OVERDUE, None
        case "wrap_up" if isinstance(until, datetime) and until < now:
            return Problem.WRAP_UP_OVERDUE, until
    return None, None


async def callers(db: Db, node: str, live: Collection[str]) -> list[Finding]:
    """I5: who called on a trunk and still has a channel."""
    rows = await db.fetch(
        """
        SELECT coalesce(r.call_id::text, r.unique_id) AS subject, p.kind, p.state ->> 'leg' AS leg,
               (SELECT count(*) FROM queue_visit v
                 WHERE v.call_id = r.call_id AND v.left_at IS NULL) AS visits,
               (SELECT x.fields ->> 'context'
                  FROM cel_raw x
                 WHERE x.unique_id = r.unique_id
                 ORDER BY x.at DESC, x.position DESC
                 LIMIT 1) AS context
          FROM unnest($2::text[]) AS channel (id)
         CROSS JOIN LATERAL (
               SELECT call_id, unique_id, fields
                 FROM cel_raw
                WHERE unique_id = channel.id
                  AND event = 'CHAN_START'
                  AND node = $1
                LIMIT 1) r
          LEFT JOIN LATERAL (
               SELECT kind, state FROM call_place WHERE call_id = r.call_id OFFSET 0) p ON true
         WHERE r.fields ->> 'context' = ANY($3)
           AND r.fields ->> 'exten' <> $4
        """,
        *(node, list(live), ENTRIES, OUTGOING),
    )
    found = []
    for row in rows:
        subject, values = row["subject"], {"count": row["visits"], "channel": row["leg"]}
        if row["context"] in FALLBACK:
            continue
        if row["kind"] is None:
            found.append(Finding(Problem.NOWHERE, subject))
        elif row["visits"] > 1:
            found.append(Finding(Problem.IN_TWO_QUEUES, subject, None, values))
        elif row["kind"] == "queue" and not row["visits"]:
            found.append(Finding(Problem.NOT_IN_QUEUE, subject))
        elif row["kind"] == "talk" and row["leg"] not in live:
            found.append(Finding(Problem.NO_AGENT, subject, None, values))
    return found


async def offers(db: Db, period: Period) -> list[Finding]:
    """I6: offers made in this time that overlap with another of the same call or agent."""
    rows = await db.fetch(
        """
        SELECT b.made_at, a.call_id, a.agent_id AS first, b.agent_id AS second,
               a.call_id = b.call_id AS same_call
          FROM offer b
          JOIN offer a
            ON (a.call_id = b.call_id
                OR a.agent_id = b.agent_id AND a.made_at > b.made_at - interval '1 hour')
           AND a.id <> b.id
           AND a.made_at - b.made_at <= interval '0'
           AND (a.ended_at IS NULL OR a.ended_at > b.made_at)
         WHERE b.made_at >= $1
           AND b.made_at < $2
        """,
        *(period.since, period.until + timedelta(minutes=1)),
    )
    return [
        Finding(
            Problem.CALL_OFFERED_TWICE if row["same_call"] else Problem.AGENT_OFFERED_TWICE,
            str(row["call_id"]) if row["same_call"] else f"agent {row['second']}",
            row["made_at"],
            {"first": row["first"], "second": row["second"]},
        )
        for row in rows
    ]


async def dialled_out(db: Db, period: Period) -> list[Finding]:
    """I7: without an attempt written before."""
    rows = await db.fetch(
        """
        SELECT r.unique_id, r.at
          FROM cel_raw r
         WHERE r.event = 'CHAN_START'
           AND r.node = $1
           AND r.at >= $2
           AND r.at < $3
           AND r.fields ->> 'context' = ANY($4)
           AND r.fields ->> 'exten' = $5
           AND NOT EXISTS (
                    SELECT FROM attempt a
                     WHERE a.leg_id = r.unique_id
                       AND a.made_at <= r.at + interval '1 second'
                       AND a.outcome IS DISTINCT FROM 'refused')
        """,
        *(period.node, period.since, period.until, ENTRIES, OUTGOING),
    )
    return [
        Finding(Problem.DIALLED_UNASKED, row["unique_id"], row["at"], {"channel": row["unique_id"]})
        for row in rows
    ]
