"""schema/0013_agent_states.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0013", "0012"


def upgrade() -> None:
    run(revision)
