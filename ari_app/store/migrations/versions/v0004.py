"""schema/0004_engine.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    run(revision)
