"""schema/0007_roles.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    run(revision)
