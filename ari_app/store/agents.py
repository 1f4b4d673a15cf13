"""Agents, their skills and what they do now: `agent`, `agent_skill`, `agent_presence`."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ari_app.domain.agent import AgentState, NextState, Reason
from ari_app.domain.errors import Conflict, NotFound
from ari_app.domain.facts import AgentMoved
from ari_app.domain.skill import SkillProfile
from ari_app.domain.staff import Presence, StaffMember
from ari_app.store.db import Db

CHANGED = "staff"  # the channel that tells of changes, see schema/0013


async def load(db: Db) -> list[StaffMember]:
    """All who work here, by agent number; `presence` is None for who was never logged in."""
    rows = await db.fetch(
        """
        SELECT a.id, a.name, a.phone, a.language, a.wrap_up_seconds,
               a.pin_hash IS NOT NULL AS has_pin, a.is_auto_answering, a.is_prompt_editor,
               (SELECT coalesce(jsonb_object_agg(s.skill, s.level), '{}')
                  FROM agent_skill s
                 WHERE s.agent_id = a.id) AS skills,
               p.state, p.since, p.reason, p.until, p.call_id, p.version,
               w.state AS next_state, w.reason AS next_reason
          FROM agent a
          LEFT JOIN agent_presence p ON p.agent_id = a.id
          LEFT JOIN agent_wish w ON w.agent_id = a.id AND w.version = p.version
         WHERE a.is_active
         ORDER BY a.id
        """
    )
    return [_member(row) for row in rows]


def _member(row: Mapping[str, Any]) -> StaffMember:
    return StaffMember(
        row["id"],
        row["name"],
        row["phone"],
        row["language"],
        row["wrap_up_seconds"],
        SkillProfile.of(msgspec.json.decode(row["skills"])),
        _presence(row) if row["state"] else None,
        has_pin=row["has_pin"],
        is_auto_answering=row["is_auto_answering"],
        is_prompt_editor=row["is_prompt_editor"],
    )


def _presence(row: Mapping[str, Any]) -> Presence:
    return Presence(
        AgentState(row["state"]),
        row["since"],
        row["reason"],
        row["until"],
        row["call_id"],
        row["version"],
        _next(row) if row["next_state"] else None,
    )


def _next(row: Mapping[str, Any]) -> NextState:
    return NextState(AgentState(row["next_state"]), Reason(row["next_reason"]))


async def set_presence(db: Db, moved: AgentMoved) -> None:
    """One move with its history, if nobody else moved the agent since `moved.version - 1`.

    For whoever is not the engine, which writes the same fact through its journal.

    Raises:
        Conflict: somebody was faster; load again and decide again.
    """
    changed = await db.fetchval(
        """
        WITH changed AS (
            INSERT INTO agent_presence AS p
                   (agent_id, version, since, state, reason, until, call_id)
            SELECT $1::integer, $2::bigint, $3::timestamptz, $4, $5, $6::timestamptz, $7::uuid
             WHERE $2 = 1 OR EXISTS (SELECT FROM agent_presence WHERE agent_id = $1)
            ON CONFLICT (agent_id) DO UPDATE
               SET version = excluded.version,
                   since = excluded.since,
                   state = excluded.state,
                   reason = excluded.reason,
                   until = excluded.until,
                   call_id = excluded.call_id
             WHERE p.version = excluded.version - 1
            RETURNING *)
        INSERT INTO agent_state (agent_id, version, at, state, reason, until, call_id)
        SELECT agent_id, version, since, state, reason, until, call_id FROM changed
        RETURNING version
        """,
        moved.agent_id,
        moved.version,
        moved.at,
        moved.state,
        moved.reason,
        moved.until,
        moved.call_id,
    )
    if changed is None:
        raise Conflict(f"agent {moved.agent_id} was moved by another")


async def works_here(db: Db, number: int) -> bool:
    """Is this the number of somebody who does?"""
    found = await db.fetchval(
        "SELECT EXISTS (SELECT FROM agent WHERE id = $1 AND is_active)", number
    )
    return bool(found)


async def free_phones(db: Db, queue: str, language_skill: str, most: int) -> list[str]:
    """Of agents who were ready, or in wrap-up, when last heard of; the longest idle first. With a
    queue only those who have what it asks for, and the skill for the caller's language.

    Raises:
        NotFound: no such queue is in use.
    """
    if queue and not await db.fetchval(
        "SELECT EXISTS (SELECT FROM queue WHERE name = $1 AND is_active)", queue
    ):
        raise NotFound("queue", queue)
    rows = await db.fetch(
        """
        SELECT a.phone
          FROM agent a
          JOIN agent_presence p ON p.agent_id = a.id
         WHERE a.is_active
           AND a.phone IS NOT NULL
           AND p.state IN ('ready', 'wrap_up')
           AND ($1 = '' OR NOT EXISTS (
                SELECT FROM queue q
                  JOIN queue_skill n ON n.queue_id = q.id AND NOT n.preferred
                  LEFT JOIN agent_skill s ON s.agent_id = a.id AND s.skill = n.skill
                 WHERE q.name = $1
                   AND coalesce(s.level, 0) < n.level))
           AND ($1 = '' OR EXISTS (
                SELECT FROM agent_skill s WHERE s.agent_id = a.id AND s.skill = $2))
         ORDER BY p.since
         LIMIT $3
        """,
        queue,
        language_skill,
        most,
    )
    return [row["phone"] for row in rows]
