"""schema/0017_taken_down.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0017", "0016"


def upgrade() -> None:
    run(revision)
