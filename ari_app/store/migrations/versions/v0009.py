"""schema/0009_cel.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0009", "0008"


def upgrade() -> None:
    run(revision)
