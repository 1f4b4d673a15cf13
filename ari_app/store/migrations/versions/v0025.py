"""schema/0025_outbound.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0025", "0024"


def upgrade() -> None:
    run(revision)
