"""What a look-up may do to the database: read little, for a short while, and nothing else."""

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.store import seed
from ari_app.store.db import connector
from ari_app.store.lookups import first_row

STATUS = "SELECT status, amount FROM lookup_serial_status WHERE number = $1::text"


@pytest.fixture
async def url(database_url: str) -> str:
    db = await connector(database_url, within=5)()
    await seed.seed(db)
    await db.close()
    return database_url


async def test_the_first_row_is_found(url: str) -> None:
    row = await first_row(connector(url, within=5), STATUS, ["20260001"], 5)

    assert row is not None
    assert (row["status"], str(row["amount"])) == ("in-progress", "128.50")


@pytest.mark.parametrize("number", ["", "1' OR '1'='1", "20260001; DROP TABLE call", "九" * 200])
async def test_what_is_not_there_is_nothing_whatever_it_says(url: str, number: str) -> None:
    assert await first_row(connector(url, within=5), STATUS, [number], 5) is None


async def test_ten_thousand_rows_are_one(url: str) -> None:
    row = await first_row(
        connector(url, within=5), "SELECT n FROM generate_series(1, 10000) n ORDER BY n", [], 5
    )

    assert row == {"n": 1}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM customer",  # not a view for look-ups
        "SELECT pin_hash FROM agent",
        "SELECT pg_sleep(60)",
        "SELECT 1 / 0",
        "SELECT $1::text::int",
        "INSERT INTO serial_status (number, status) VALUES ('1', 'done') RETURNING number",
        "no SQL at all",
    ],
)
async def test_anything_else_is_refused_in_time(url: str, sql: str) -> None:
    values = ["not a number"] if "$1" in sql else []

    with pytest.raises(Unavailable):
        await first_row(connector(url, within=5), sql, values, 0.5)
