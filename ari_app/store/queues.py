"""Queues and what they ask of agents: `queue`, `queue_skill`."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ari_app.domain.acd.rules import AgentRule, QueueRules, Relaxation
from ari_app.domain.staff import QueueConfig
from ari_app.store.db import Db


async def load(db: Db) -> list[QueueConfig]:
    """All in use, by name. Raises msgspec.DecodeError for a malformed relaxation."""
    rows = await db.fetch(
        """
        SELECT q.id, q.name, q.title_zh, q.rule, q.priority, q.ageing, q.relaxation, q.max_busy,
               q.exclusion_seconds, q.ring_seconds, q.max_wait_seconds, q.announce_every_seconds,
               coalesce(jsonb_object_agg(s.skill, s.level) FILTER (WHERE NOT s.preferred), '{}')
                   AS requires,
               coalesce(jsonb_object_agg(s.skill, s.level) FILTER (WHERE s.preferred), '{}')
                   AS prefers
          FROM queue q
          LEFT JOIN queue_skill s ON s.queue_id = q.id
         WHERE q.is_active
         GROUP BY q.id
         ORDER BY q.name
        """
    )
    return [
        QueueConfig(
            row["id"],
            _rules(row),
            row["ring_seconds"],
            row["max_wait_seconds"],
            row["announce_every_seconds"],
        )
        for row in rows
    ]


def _rules(row: Mapping[str, Any]) -> QueueRules:
    return QueueRules(
        id=row["name"],
        name=row["title_zh"],
        requires=msgspec.json.decode(row["requires"]),
        prefers=msgspec.json.decode(row["prefers"]),
        rule=AgentRule(row["rule"]),
        relaxation=msgspec.json.decode(row["relaxation"], type=tuple[Relaxation, ...]),
        max_busy=row["max_busy"],
        priority=row["priority"],
        ageing=row["ageing"],
        exclusion_seconds=row["exclusion_seconds"],
    )


async def known_skills(db: Db) -> set[str]:
    """What rules and agents may name."""
    return {row["name"] for row in await db.fetch("SELECT name FROM skill")}
