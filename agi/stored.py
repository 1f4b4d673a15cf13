"""What scripts ask, answered from the tables."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from agi.answered import PATIENCE_SECONDS
from agi.database import Database
from ari_app.domain.errors import NotFound
from ari_app.domain.hours import Standing, WeeklyHours
from ari_app.domain.route import Customer
from ari_app.domain.skill import LANGUAGE_SKILLS
from ari_app.domain.storm import Storm
from ari_app.store import agents, hours, routes, storms
from ari_app.store.db import Db

MOST_PHONES = 8  # that ring together


class StoredCustomers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_number(self, *, dialled: str, caller: str) -> Customer | None:
        return await self._database.ask(
            lambda db: routes.customer(db, dialled=dialled, caller=caller),
            seconds=PATIENCE_SECONDS,
        )


class StoredSchedules:
    def __init__(self, database: Database, time_zone: str) -> None:
        """Args: time_zone: of schedules that name none."""
        self._database = database
        self._zone = ZoneInfo(time_zone)

    async def standing(self, schedule: str) -> tuple[Standing, datetime]:
        """As nodes of type `hours` have it, a storm in force included."""
        known, storm = await self._database.ask(_hours_in_force, seconds=PATIENCE_SECONDS)
        if schedule not in known:
            raise NotFound("schedule", schedule)
        its = known[schedule] if storm is None else storm.hours(schedule, known[schedule])
        now = datetime.now(UTC).astimezone(self._zone)
        return its.standing(now), its.local(now)


async def _hours_in_force(db: Db) -> tuple[Mapping[str, WeeklyHours], Storm | None]:
    """A storm that this program cannot read changes nothing, as in the engine."""
    schedules = await hours.schedules(db)
    try:
        return schedules, await storms.active(db)
    except msgspec.ValidationError:
        return schedules, None


class StoredAgents:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def with_number(self, number: int) -> int:
        if not await self._database.ask(
            lambda db: agents.works_here(db, number), seconds=PATIENCE_SECONDS
        ):
            raise NotFound("agent", str(number))
        return number


class StoredPhones:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def for_queue(self, queue: str, language: str) -> Sequence[str]:
        skill = LANGUAGE_SKILLS[language]
        return await self._database.ask(
            lambda db: agents.free_phones(db, queue, skill, MOST_PHONES), seconds=PATIENCE_SECONDS
        )
