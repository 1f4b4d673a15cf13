"""Named opening hours and the calendar in real tables."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from ari_app.domain.errors import BadSettings, NotFound
from ari_app.domain.hours import DayKind, Opening
from ari_app.store import hours, queues, seed
from ari_app.store.db import Connection
from ari_app.store.hours import StoredDay

TODAY = datetime.now(UTC).date()
TOMORROW = TODAY + timedelta(days=1)


def special(applies_to: str = "", spans: str = "09:00-12:00") -> StoredDay:
    return StoredDay(TOMORROW, applies_to, "special", "盘点", "Stocktaking", spans, "tester")


async def test_the_calendar_is_filled_once_and_again_when_a_year_is_missing(
    db: Connection,
) -> None:
    this_year = date(2026, 11, 30)

    assert await hours.fill(db, this_year) > 30
    assert await hours.fill(db, this_year) == 0
    assert await hours.fill(db, date(2027, 1, 1)) > 10  # the year 2028

    golden = await hours.listed(db, "day = $1", date(2026, 10, 1))
    assert [(day.kind, day.name_zh, day.name_en) for day in golden] == [
        ("holiday", "国庆节", "National Day")
    ]


async def test_a_public_holiday_that_was_taken_away_stays_away(db: Connection) -> None:
    await hours.fill(db, date(2026, 1, 1))

    assert await hours.remove_day(db, date(2026, 10, 1), "", "tester") == "ordinary"
    await hours.fill(db, date(2026, 1, 1))

    (day,) = await hours.listed(db, "day = $1", date(2026, 10, 1))
    assert (day.kind, day.set_by) == ("ordinary", "tester")


async def test_a_day_of_ours_can_be_set_changed_and_removed_and_who_did_is_kept(
    db: Connection,
) -> None:
    await hours.set_day(db, special())
    await hours.set_day(db, special(spans=""))

    assert await hours.listed(db, "day = $1", TOMORROW) == [special(spans="")]
    assert await hours.remove_day(db, TOMORROW, "", "tester") == "removed"
    with pytest.raises(NotFound):
        await hours.remove_day(db, TOMORROW, "", "tester")
    actions = await db.fetch("SELECT who, action FROM audit ORDER BY id")
    assert [tuple(row) for row in actions] == [
        ("tester", "calendar set"),
        ("tester", "calendar set"),
        ("tester", "calendar removed"),
    ]


async def test_a_schedule_has_its_rows_its_zone_and_its_own_days_before_everybodys(
    db: Connection,
) -> None:
    await db.execute("UPDATE schedule SET time_zone = 'Europe/Berlin' WHERE name = 'hotline'")
    await db.execute("INSERT INTO schedule_hours VALUES ('hotline', 0, '10:00', '12:00')")
    await hours.set_day(db, special(spans=""))
    await hours.set_day(db, special("hotline"))

    its = (await hours.schedules(db))["hotline"]

    assert (its.openings, its.zone) == ((Opening(0, 36_000, 43_200),), "Europe/Berlin")
    assert its.days[TOMORROW].spans == ((32_400, 43_200),)
    assert its.days[TOMORROW].kind is DayKind.SPECIAL


async def test_a_queue_follows_its_schedule_or_else_its_own_rows(db: Connection) -> None:
    await seed.seed(db)
    await db.execute("INSERT INTO schedule_hours VALUES ('hotline', 1, '09:00', '18:00')")
    await db.execute("UPDATE queue SET schedule = 'hotline' WHERE name = 'orders'")
    await db.execute(
        "INSERT INTO queue_hours VALUES ($1, 0, '20:00', '24:00')", seed.queue_id("support")
    )
    await hours.set_day(db, special("support"))

    orders, support = await queues.load(db)

    assert orders.hours.openings == (Opening(1, 32_400, 64_800),)
    assert support.hours.openings == (Opening(0, 72_000, 86_400),)
    assert (TOMORROW in orders.hours.days, TOMORROW in support.hours.days) == (False, True)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE schedule SET time_zone = 'Moon/Base'", "'Moon/Base' is no time zone"),
        (
            "INSERT INTO schedule_hours VALUES ('hotline', 1, '09:00', '18:00'),"
            " ('hotline', 1, '12:00', '13:00')",
            "overlap",
        ),
        (
            "INSERT INTO calendar_day (day, kind, hours) VALUES (current_date, 'special',"
            " '12:00-09:00')",
            "does not end after",
        ),
    ],
)
async def test_hours_that_make_no_sense_are_refused_with_their_place(
    db: Connection, change: str, problem: str
) -> None:
    await db.execute(change)

    with pytest.raises(BadSettings, match=problem):
        await hours.schedules(db)


async def test_the_table_takes_no_hours_that_are_none(db: Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute(
            "INSERT INTO calendar_day (day, kind, hours) VALUES (current_date, 'special', 'noon')"
        )


async def test_the_past_is_read_only_by_who_asks_for_it(db: Connection) -> None:
    await hours.fill(db, TODAY)
    new_year = TODAY.replace(month=1, day=1)

    from_now_on = (await hours.calendar(db)).of(hours.EVERYBODY)
    all_year = (await hours.calendar(db, new_year)).of(hours.EVERYBODY)

    assert min(from_now_on) >= TODAY - timedelta(days=1)
    assert new_year in all_year
