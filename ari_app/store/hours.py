"""Opening hours and the calendar behind them: `schedule`, `schedule_hours`, `calendar_day`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import available_timezones

import msgspec

from ari_app.domain.errors import BadSettings, NotFound
from ari_app.domain.hours import (
    CalendarDay,
    DayKind,
    Opening,
    WeeklyHours,
    opening_problems,
    read_spans,
)
from ari_app.domain.public_holidays import public_holidays
from ari_app.store.db import Db

EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class StoredDay:
    """`hours` as in domain.hours.read_spans; `set_by` None: from the list of public holidays."""

    day: date
    applies_to: str
    kind: str
    name_zh: str
    name_en: str
    hours: str = ""
    set_by: str | None = None


class Calendar:
    """The days that are different, for whom."""

    def __init__(self, days: Mapping[str, dict[date, CalendarDay]]) -> None:
        self._days = days

    def of(self, name: str) -> dict[date, CalendarDay]:
        """Of a schedule or queue: its own days come before everybody's."""
        return {**self._days.get(EVERYBODY, {}), **self._days.get(name, {})}


async def calendar(db: Db, since: date | None = None) -> Calendar:
    """From yesterday on, unless `since` is given: the past decides nothing. Raises: BadSettings."""
    days: dict[str, dict[date, CalendarDay]] = {}
    problems: list[str] = []
    for one in await listed(db, "day >= coalesce($1::date, current_date - 1)", since):
        try:
            spans = read_spans(one.hours)
        except ValueError as error:
            problems.append(f"calendar_day {one.day} {one.applies_to!r}, hours: {error}")
            continue
        name = {"zh": one.name_zh, "en": one.name_en}
        kept = days.setdefault(one.applies_to, {})
        kept[one.day] = CalendarDay(DayKind(one.kind), name, spans)
    if problems:
        raise BadSettings(problems)
    return Calendar(days)


async def schedules(db: Db) -> dict[str, WeeklyHours]:
    """All of them, by name. Raises: BadSettings."""
    different = await calendar(db)
    rows = await db.fetch(
        """
        SELECT s.name, coalesce(s.time_zone, '') AS zone,
               coalesce(jsonb_agg(jsonb_build_object(
                            'weekday', h.weekday,
                            'opens', extract(epoch FROM h.opens)::integer,
                            'closes', extract(epoch FROM h.closes)::integer))
                            FILTER (WHERE h.weekday IS NOT NULL), '[]') AS hours
          FROM schedule s
          LEFT JOIN schedule_hours h ON h.schedule = s.name
         GROUP BY s.name
         ORDER BY s.name
        """
    )
    if unknown := [row for row in rows if row["zone"] and row["zone"] not in available_timezones()]:
        raise BadSettings(
            [f"schedule {row['name']!r}: {row['zone']!r} is no time zone" for row in unknown]
        )
    found = {row["name"]: _hours(row, different) for row in rows}
    if wrong := [
        problem
        for name, its in found.items()
        for problem in opening_problems(its.openings, f"schedule {name!r}")
    ]:
        raise BadSettings(wrong)
    return found


def _hours(row: Mapping[str, Any], different: Calendar) -> WeeklyHours:
    openings = msgspec.json.decode(row["hours"], type=tuple[Opening, ...])
    return WeeklyHours(openings, different.of(row["name"]), row["zone"])


async def listed(db: Db, which: str = "true", *values: object) -> list[StoredDay]:
    """Args: which: a condition of our own, with its parameters in `values`."""
    rows = await db.fetch(
        "SELECT day, applies_to, kind, name_zh, name_en, hours, set_by FROM calendar_day"
        f" WHERE {which} ORDER BY day, applies_to",
        *values,
    )
    return [StoredDay(**row) for row in rows]


async def fill(db: Db, today: date) -> int:
    """Adds this year's and next year's public holidays; how many were missing. Days that somebody
    set or took away stay as they are."""
    years = (today.year, today.year + 1)
    return await seed(db, await asyncio.to_thread(public_holidays, years))


async def seed(db: Db, days: Mapping[date, CalendarDay]) -> int:
    """Adds the days nobody has said anything about; how many."""
    rows = await db.fetch(
        """
        INSERT INTO calendar_day (day, kind, name_zh, name_en)
        SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::text[])
        ON CONFLICT DO NOTHING
        RETURNING day
        """,
        list(days),
        [one.kind.value for one in days.values()],
        [one.name["zh"] for one in days.values()],
        [one.name["en"] for one in days.values()],
    )
    return len(rows)


async def set_day(db: Db, day: StoredDay) -> None:
    """In place of what was there; audited."""
    await db.execute(
        """
        WITH written AS (
            INSERT INTO calendar_day (day, applies_to, kind, name_zh, name_en, hours, set_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (day, applies_to) DO UPDATE
               SET kind = excluded.kind,
                   name_zh = excluded.name_zh,
                   name_en = excluded.name_en,
                   hours = excluded.hours,
                   set_by = excluded.set_by,
                   set_at = now())
        INSERT INTO audit (who, action, object, detail)
        VALUES ($7, 'calendar set', $1::date || ' ' || $2,
                jsonb_build_object('kind', $3::text, 'hours', $6::text))
        """,
        *(day.day, day.applies_to, day.kind, day.name_zh, day.name_en, day.hours, day.set_by),
    )


async def remove_day(db: Db, day: date, applies_to: str, who: str) -> str:
    """`removed` what a person set; a day of the public list becomes `ordinary`, for else it would
    come back. Raises: NotFound."""
    found = await listed(db, "day = $1 AND applies_to = $2", day, applies_to)
    if not found:
        raise NotFound("calendar day", f"{day} {applies_to}".strip())
    was = found[0]
    if was.set_by is None:
        ordinary = StoredDay(day, applies_to, "ordinary", was.name_zh, was.name_en, "", who)
        await set_day(db, ordinary)
        return "ordinary"
    await db.execute(
        """
        WITH gone AS (DELETE FROM calendar_day WHERE day = $1 AND applies_to = $2)
        INSERT INTO audit (who, action, object)
        VALUES ($3, 'calendar removed', $1::date || ' ' || $2)
        """,
        *(day, applies_to, who),
    )
    return "removed"


async def names(db: Db) -> set[str]:
    """Of schedules, which flows may name."""
    return {row["name"] for row in await db.fetch("SELECT name FROM schedule")}
