"""Queues and what they ask of agents: `queue`, `queue_skill`."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ari_app.domain.acd.comfort import Comfort
from ari_app.domain.acd.contact import Tier
from ari_app.domain.acd.overflow import Destination, OverflowRule
from ari_app.domain.acd.past import OwnAgents, Rescue, RescueFor
from ari_app.domain.acd.rules import TIER_POINTS, AgentRule, QueueRules, Relaxation
from ari_app.domain.errors import BadSettings
from ari_app.domain.hours import Opening, WeeklyHours
from ari_app.domain.staff import QueueConfig
from ari_app.store import hours
from ari_app.store.db import Db

CHANGED = "queues"
"""PostgreSQL's channel that says when `load` would answer differently."""


async def load(db: Db) -> list[QueueConfig]:
    """All in use, by name.

    Raises:
        BadSettings: a column of JSON is not shaped as it should be; names each, and why.
    """
    rows = await db.fetch(
        """
        SELECT q.id, q.name, q.title_zh, q.rule, q.priority, q.ageing, q.relaxation, q.max_busy,
               q.exclusion_seconds, q.ring_seconds, q.max_wait_seconds, q.announce_every_seconds,
               q.comfort, q.keep_place_seconds, q.is_saying_agent_number, q.overflow,
               q.named_agent_seconds, q.preferred_agent_seconds, q.last_agent_seconds,
               q.last_agent_within_seconds, q.rescue, q.rescue_within_seconds, q.tier_points,
               coalesce(q.closing_to, 'null') AS closing_to, q.schedule,
               (SELECT coalesce(jsonb_agg(jsonb_build_object(
                           'weekday', h.weekday,
                           'opens', extract(epoch FROM h.opens)::integer,
                           'closes', extract(epoch FROM h.closes)::integer)), '[]')
                  FROM queue_hours h
                 WHERE h.queue_id = q.id) AS hours,
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
    problems: list[str] = []
    shared, different = await hours.schedules(db), await hours.calendar(db)
    configs = [_config(_Row(row, problems), shared, different) for row in rows]
    if problems:
        raise BadSettings(problems)
    return configs


class _Row:
    """A row of `queue`; what cannot be read is noted and empty."""

    def __init__(self, row: Mapping[str, Any], problems: list[str]) -> None:
        self._row = row
        self._problems = problems

    def __getitem__(self, column: str) -> Any:
        return self._row[column]

    def json(self, column: str, type: Any) -> Any:
        try:
            return msgspec.json.decode(self._row[column], type=type)
        except msgspec.DecodeError as error:
            self._problems.append(f"queue {self._row['name']!r}, {column}: {error}")
            return ()


def _config(row: _Row, shared: Mapping[str, WeeklyHours], different: hours.Calendar) -> QueueConfig:
    own = WeeklyHours(row.json("hours", tuple[Opening, ...]), different.of(row["name"]))
    return QueueConfig(
        row["id"],
        _rules(row),
        row["ring_seconds"],
        row["max_wait_seconds"],
        row["announce_every_seconds"],
        comfort=row.json("comfort", tuple[Comfort, ...]),
        keep_place_seconds=row["keep_place_seconds"],
        is_saying_agent_number=row["is_saying_agent_number"],
        overflow=row.json("overflow", tuple[OverflowRule, ...]),
        hours=shared[row["schedule"]] if row["schedule"] else own,
        closing_to=row.json("closing_to", Destination | None),
        own_agents=OwnAgents(
            row["named_agent_seconds"],
            row["preferred_agent_seconds"],
            row["last_agent_seconds"],
            row["last_agent_within_seconds"],
        ),
        rescue=Rescue(RescueFor(row["rescue"]), row["rescue_within_seconds"]),
    )


def _rules(row: _Row) -> QueueRules:
    return QueueRules(
        id=row["name"],
        name=row["title_zh"],
        requires=msgspec.json.decode(row["requires"]),
        prefers=msgspec.json.decode(row["prefers"]),
        rule=AgentRule(row["rule"]),
        relaxation=row.json("relaxation", tuple[Relaxation, ...]),
        max_busy=row["max_busy"],
        priority=row["priority"],
        ageing=row["ageing"],
        exclusion_seconds=row["exclusion_seconds"],
        tier_points=TIER_POINTS | _points(row),
    )


def _points(row: _Row) -> dict[Tier, float]:
    return dict(row.json("tier_points", dict[Tier, float]) if row["tier_points"] else {})


async def names(db: Db) -> set[str]:
    """Of all in use, whether they can be loaded or not."""
    return {row["name"] for row in await db.fetch("SELECT name FROM queue WHERE is_active")}


async def known_skills(db: Db) -> set[str]:
    """What rules and agents may name."""
    return {row["name"] for row in await db.fetch("SELECT name FROM skill")}
