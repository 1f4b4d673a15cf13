"""schema/0006_views.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    run(revision)
