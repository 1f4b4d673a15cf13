"""Brings a database to the newest schema: `hotline migrate`."""

from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ari_app.domain.errors import Unavailable
from ari_app.store.migrations.files import SCHEMA

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_246_130_115  # any number; every migrator of this product takes this one
WAIT_SECONDS = 60
MONTHS_AHEAD = 3


async def migrate(database_url: str) -> list[str]:
    """Applies what is missing and returns the names of the files applied, oldest first.

    Each file is one transaction. A second migrator waits for the first, then finds nothing to
    do. Ends with the coming months' partitions and the grants, also when nothing was missing.

    Raises:
        Unavailable: PostgreSQL does not answer.
    """
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(database_url, timeout=5),
        poolclass=NullPool,
    )
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_migrate)
    except (OSError, TimeoutError, asyncpg.PostgresConnectionError) as error:
        raise Unavailable(f"PostgreSQL: {str(error) or type(error).__name__}") from error
    finally:
        await engine.dispose()


def _migrate(connection: SqlConnection) -> list[str]:
    connection.execute(text(f"SET lock_timeout = '{WAIT_SECONDS}s'"))
    connection.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
    connection.commit()  # the lock is the session's; closing the connection gives it back
    applied = _upgrade(connection)
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text(f"SELECT ensure_partitions({MONTHS_AHEAD}), grant_roles()"))
    connection.commit()
    return applied


def _upgrade(connection: SqlConnection) -> list[str]:
    applied: list[str] = []

    def note(step: Any, **_: object) -> None:
        (path,) = SCHEMA.glob(f"{step.up_revision_id}_*.sql")
        applied.append(path.stem)

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, on_version_apply=note)
    command.upgrade(config, "head")
    connection.commit()
    return applied
