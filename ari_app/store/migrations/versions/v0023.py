"""schema/0023_transfer.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0023", "0022"


def upgrade() -> None:
    run(revision)
