"""schema/0026_published_queries.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0026", "0025"


def upgrade() -> None:
    run(revision)
