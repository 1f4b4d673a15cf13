"""schema/0031_report_times.sql"""

from ari_app.store.migrations.files import run

revision, down_revision = "0031", "0030"


def upgrade() -> None:
    run(revision)
