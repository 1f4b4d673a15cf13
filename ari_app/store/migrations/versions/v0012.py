"""schema/0012_routing_news.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0012", "0011"


def upgrade() -> None:
    run(revision)
