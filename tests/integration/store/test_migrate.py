import asyncio

import asyncpg
import pytest

from ari_app.domain.errors import Unavailable
from ari_app.site.postgres import Postgres
from ari_app.store.db import Connection, ensure_database
from ari_app.store.migrate import migrate
from ari_app.store.migrations.files import SCHEMA


async def test_two_migrators_at_once_apply_each_file_once(postgres: Postgres) -> None:
    await ensure_database(postgres.url(), "twice")

    applied = await asyncio.gather(*(migrate(postgres.url("twice")) for _ in range(2)))

    assert sorted(map(len, applied))[0] == 0
    assert max(applied, key=len) == sorted(path.stem for path in SCHEMA.glob("*.sql"))


async def test_a_database_that_is_away_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await migrate("postgresql://nobody@127.0.0.1:9/none")


async def test_every_view_column_and_every_table_is_explained(db: Connection) -> None:
    silent = await db.fetch(
        """
        SELECT c.relname, a.attname
          FROM pg_class c
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND c.relkind = 'v'
         WHERE c.relnamespace = 'public'::regnamespace
           AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
           AND c.relname <> 'alembic_version'
           AND (obj_description(c.oid) IS NULL
                OR a.attnum IS NOT NULL AND col_description(c.oid, a.attnum) IS NULL)
        """
    )

    assert [tuple(row) for row in silent] == []


async def test_a_late_partition_takes_over_what_arrived_before_it(db: Connection) -> None:
    await db.execute("INSERT INTO call (call_id, arrived_at) VALUES"
                     " (gen_random_uuid(), now() + interval '5 months')")  # fmt: skip

    made = await db.fetch("SELECT ensure_partitions(6)")

    assert len(made) == 9
    assert await db.fetchval("SELECT count(*) FROM call_default") == 0
    assert await db.fetchval("SELECT count(*) FROM call") == 1


async def test_a_month_without_partition_is_not_refused(db: Connection) -> None:
    await db.execute(
        "INSERT INTO call (call_id, arrived_at) VALUES (gen_random_uuid(), '1999-1-1')"
    )

    assert await db.fetchval("SELECT count(*) FROM call_default") == 1


async def test_an_analyst_reads_views_and_nothing_else(db: Connection) -> None:
    await db.execute("SET ROLE analyst")

    await db.fetch("SELECT * FROM v_call")
    for forbidden in ("SELECT * FROM call", "DELETE FROM call", "CREATE TABLE x (y text)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction():
                await db.execute(forbidden)


async def test_the_engine_may_write_but_not_change_tables(db: Connection) -> None:
    await db.execute("SET ROLE hotline_engine")

    await db.fetch("SELECT ensure_partitions(7)")
    for forbidden in ("DROP TABLE call", "DELETE FROM audit"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction():
                await db.execute(forbidden)
