"""schema/0016_flow_versions.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0016", "0015"


def upgrade() -> None:
    run(revision)
