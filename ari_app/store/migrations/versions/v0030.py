"""schema/0030_call_dialled.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0030", "0029"


def upgrade() -> None:
    run(revision)
