"""schema/0019_lookup.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0019", "0018"


def upgrade() -> None:
    run(revision)
