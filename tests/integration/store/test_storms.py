"""Storms in a real table: one at a time, over by themselves, and who did it is kept."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from ari_app.domain.errors import NotFound
from ari_app.domain.storm import QueueStorm, StormProfile
from ari_app.store import storms
from ari_app.store.db import Connection

PROFILE = StormProfile(
    announcement=("many-callers-now",), queue={"orders": QueueStorm(requires={})}
)


def in_hours(hours: float) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


async def audited(db: Connection) -> list[tuple[str, str, str]]:
    rows = await db.fetch("SELECT who, action, object FROM audit ORDER BY id")
    return [(row["who"], row["action"], row["object"]) for row in rows]


async def test_a_storm_comes_back_as_it_was_begun_also_for_who_starts_later(
    db: Connection,
) -> None:
    begun = await storms.begin(db, "typhoon", PROFILE, "tester", "wind", in_hours(4))

    assert await storms.active(db) == begun
    assert begun.profile == PROFILE
    with pytest.raises(asyncpg.UniqueViolationError):
        async with db.transaction():
            await storms.begin(db, "flood", PROFILE, "tester", "rain", in_hours(1))


async def test_it_can_be_ended_and_both_are_audited(db: Connection) -> None:
    await storms.begin(db, "typhoon", PROFILE, "tester", "wind", in_hours(4))

    assert await storms.end(db, "other", "calm") == "typhoon"

    assert await storms.active(db) is None
    assert await audited(db) == [
        ("tester", "storm on", "typhoon"),
        ("other", "storm off", "typhoon"),
    ]
    with pytest.raises(NotFound):
        await storms.end(db, "other", "again")


async def test_one_past_its_deadline_is_over_and_the_next_may_begin(db: Connection) -> None:
    await storms.begin(db, "typhoon", PROFILE, "tester", "wind", in_hours(4))
    await db.execute(
        "UPDATE storm SET began_at = now() - '5 h'::interval, until = now() - '1 h'::interval"
    )

    assert await storms.active(db) is None
    await storms.begin(db, "flood", PROFILE, "tester", "rain", in_hours(1))

    late, first = await storms.lately(db)
    assert (late.name, late.ended_by) == ("flood", None)
    assert (first.name, first.ended_by, first.ended_at) == ("typhoon", "deadline", first.until)
    assert ("deadline", "storm off", "typhoon") in await audited(db)
