"""schema/0003_recording.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    run(revision)
