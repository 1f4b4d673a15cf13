"""schema/0011_call_fault.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0011", "0010"


def upgrade() -> None:
    run(revision)
