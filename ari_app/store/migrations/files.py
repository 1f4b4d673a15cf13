"""Runs a numbered SQL file of the schema inside alembic's transaction."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only

SCHEMA = Path(__file__).parents[1] / "schema"


def run(revision: str) -> None:
    """The file as a whole: the driver's own execute() takes many statements, SQLAlchemy's one."""
    (path,) = SCHEMA.glob(f"{revision}_*.sql")
    proxied = op.get_bind().connection.driver_connection
    assert proxied is not None
    await_only(proxied.execute(path.read_text("utf-8")))
