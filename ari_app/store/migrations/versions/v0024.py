"""schema/0024_agent_number.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0024", "0023"


def upgrade() -> None:
    run(revision)
