"""schema/0002_call.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    run(revision)
