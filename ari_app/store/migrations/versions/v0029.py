"""schema/0029_cel_end.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0029", "0028"


def upgrade() -> None:
    run(revision)
