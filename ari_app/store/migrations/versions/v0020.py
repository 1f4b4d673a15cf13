"""schema/0020_identify.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0020", "0019"


def upgrade() -> None:
    run(revision)
