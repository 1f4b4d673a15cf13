"""schema/0018_storm.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0018", "0017"


def upgrade() -> None:
    run(revision)
