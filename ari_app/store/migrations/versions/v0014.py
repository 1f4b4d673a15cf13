"""schema/0014_waiting.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0014", "0013"


def upgrade() -> None:
    run(revision)
