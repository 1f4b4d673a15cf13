"""schema/0010_recording_silence.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0010", "0009"


def upgrade() -> None:
    run(revision)
