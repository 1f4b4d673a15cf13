"""schema/0022_own_agents.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0022", "0021"


def upgrade() -> None:
    run(revision)
