"""schema/0027_storm_for_agi.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0027", "0026"


def upgrade() -> None:
    run(revision)
