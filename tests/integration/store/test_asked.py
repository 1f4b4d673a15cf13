"""What AGI scripts ask the tables, as the role that asks."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from agi.stored import StoredSchedules
from ari_app.domain.errors import NotFound
from ari_app.domain.storm import StormProfile
from ari_app.store import agents, fact_sql, hours, routes, seed, storms
from ari_app.store.db import Connection
from tests.integration.store.story import moved


@pytest.fixture
async def as_agi(db: Connection) -> Connection:
    """Sample data: 1001, 1002 and 1004 are at work, 1002 in a call."""
    await seed.seed(db)
    states = ((1001, "ready"), (1002, "talking"), (1004, "wrap_up"))
    await fact_sql.apply(db, [moved(agent, 1, state) for agent, state in states])
    await db.execute("SET LOCAL ROLE hotline_agi")
    return db


async def test_phones_are_those_of_free_agents_who_have_what_the_queue_asks_for(
    as_agi: Connection,
) -> None:
    assert await agents.free_phones(as_agi, "orders", "chinese", 8) == ["1001", "1004"]
    assert await agents.free_phones(as_agi, "support", "english", 8) == ["1004"]
    assert await agents.free_phones(as_agi, "", "chinese", 1) == ["1001"]
    with pytest.raises(NotFound):
        await agents.free_phones(as_agi, "moon", "chinese", 8)


async def test_numbers_of_agents_schedules_and_customers_may_be_read(as_agi: Connection) -> None:
    assert await agents.works_here(as_agi, 1001)
    assert not await agents.works_here(as_agi, 9999)
    assert "hotline" in await hours.schedules(as_agi)
    found = await routes.customer(as_agi, dialled="95001", caller=seed.phone_of(0))
    assert found is not None
    assert found.tier == "vip"


T = TypeVar("T")


class Asked:
    """In the place of agi's database: everything in the transaction of the test."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    async def ask(self, question: Callable[[Any], Awaitable[T]], *, seconds: float) -> T:
        return await question(self._db)


async def test_a_storm_in_force_changes_the_hours_that_dialplan_asks_for(
    as_agi: Connection,
) -> None:
    schedules = StoredSchedules(Asked(as_agi), "Asia/Shanghai")  # type: ignore[arg-type]
    assert (await schedules.standing("hotline"))[0].is_open
    await as_agi.execute("RESET ROLE")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    closed = StormProfile(hours={"hotline": ""})
    await storms.begin(as_agi, "typhoon", closed, "tester", "wind", tomorrow)
    await as_agi.execute("SET LOCAL ROLE hotline_agi")

    assert not (await schedules.standing("hotline"))[0].is_open
