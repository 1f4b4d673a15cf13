"""schema/0008_message_flaw.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    run(revision)
