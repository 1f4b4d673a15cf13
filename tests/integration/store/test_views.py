"""Figures of reports against examples worked out by hand."""

from datetime import datetime, timedelta

from ari_app.store import seed
from ari_app.store.db import Connection
from ari_app.store.seed import queue_id
from tests.integration.store.story import ARRIVED


async def visits(
    db: Connection, result: str | None, seconds: float, count: int, at: datetime = ARRIVED
) -> None:
    """So many visits of the orders queue, each `seconds` long."""
    await db.execute(
        """
        INSERT INTO queue_visit (id, call_id, arrived_at, queue_id, entered_at, left_at, result)
        SELECT gen_random_uuid(), gen_random_uuid(), $1, $2, $1, $3, $4
          FROM generate_series(1, $5)
        """,
        at,
        queue_id("orders"),
        at + timedelta(seconds=seconds) if result else None,
        result,
        count,
    )


async def test_service_levels_of_the_published_example(db: Connection) -> None:
    """ICMI 2002: A=1000, B=60, A<=X=860, B<=X=20, of which 10 below 5 s; X=20 s."""
    await seed.seed(db)
    await visits(db, "answered", 20, 860)
    await visits(db, "answered", 21, 140)
    await visits(db, "abandoned", 4, 10)
    await visits(db, "abandoned", 20, 10)
    await visits(db, "abandoned", 60, 40)

    row = await db.fetchrow("SELECT * FROM report_queue_half_hour")

    assert row is not None
    assert [float(round(row[f"sl_{n}"], 1)) for n in (1, 2, 3, 4)] == [83.0, 86.0, 81.1, 82.7]
    assert (row["offered"], row["short_abandoned"], row["queue"]) == (1060, 10, "orders")


async def test_the_books_balance_in_every_half_hour(db: Connection) -> None:
    await seed.seed(db)
    await visits(db, "answered", 10, 3)
    await visits(db, "flowed_out", 10, 2)
    await visits(db, None, 0, 1)
    await visits(db, "abandoned", 50, 1, at=ARRIVED + timedelta(minutes=29, seconds=59))
    await visits(db, "answered", 10, 1, at=ARRIVED + timedelta(minutes=30))

    rows = await db.fetch("SELECT * FROM report_queue_half_hour ORDER BY half_hour")

    assert [row["offered"] for row in rows] == [7, 1]
    for row in rows:
        parts = row["answered"] + row["abandoned"] + row["flowed_out"] + row["waiting"]
        assert row["offered"] == parts


async def test_a_queue_nobody_answered_has_no_share_of_answers(db: Connection) -> None:
    await seed.seed(db)
    await visits(db, None, 0, 1)

    row = await db.fetchrow("SELECT sl_1, sl_2, sl_3, sl_4 FROM report_queue_half_hour")

    assert row is not None
    assert tuple(row) == (None, None, None, None)


async def test_promises_are_graded_by_when_the_agent_answered(db: Connection) -> None:
    """Promised 60 s: answered after 50 and 61 s, gave up after 50 and 61 s, still waiting."""
    await seed.seed(db)
    await visits(db, "answered", 50, 3)
    await visits(db, "answered", 61, 1)
    await visits(db, "abandoned", 50, 1)
    await visits(db, "abandoned", 61, 1)
    await visits(db, None, 0, 1)
    await db.execute("UPDATE queue_visit SET promised_at = entered_at, promised_seconds = 60")

    row = await db.fetchrow("SELECT * FROM report_wait_promise")

    assert row is not None
    assert (row["promised"], row["kept"], row["broken"], row["undecided"]) == (7, 3, 3, 1)
    assert row["kept_percent"] == 50.0
