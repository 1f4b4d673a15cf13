"""schema/0001_directory.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0001", None


def upgrade() -> None:
    run(revision)
