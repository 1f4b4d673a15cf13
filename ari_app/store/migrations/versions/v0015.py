"""schema/0015_calendar.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0015", "0014"


def upgrade() -> None:
    run(revision)
