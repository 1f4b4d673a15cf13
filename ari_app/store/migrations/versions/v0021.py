"""schema/0021_prompts.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0021", "0020"


def upgrade() -> None:
    run(revision)
