"""schema/0005_partitions.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    run(revision)
