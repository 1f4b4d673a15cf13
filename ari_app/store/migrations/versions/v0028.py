"""schema/0028_callback_news.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0028", "0027"


def upgrade() -> None:
    run(revision)
