"""The schema's text: squawk has nothing to say, and SQL and code know the same words."""

import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest

from ari_app.domain.agent import AgentState
from ari_app.domain.facts import (
    EndReason,
    EventType,
    LegRole,
    OfferResult,
    Outcome,
    PlaceKind,
    VisitResult,
)
from ari_app.domain.recording import RecordingState

SCHEMA = Path("ari_app/store/schema")
FILES = sorted((Path(__file__).parents[3] / SCHEMA).glob("*.sql"))
# Agent numbers, seconds and ports of call fit in 32 bits; levels, priorities, timeslots and
# Q.850 causes in 16. Anything that counts rows or bytes is a bigint.
FITS = ("prefer-bigint-over-int", "prefer-bigint-over-smallint")


def test_squawk_finds_nothing() -> None:
    squawk = Path(sys.executable).with_name("squawk")
    excluded = [word for rule in FITS for word in ("--exclude", rule)]

    # Alembic runs each file in a transaction, see ari_app/store/migrations/files.py.
    options = ["--assume-in-transaction", "--pg-version", "14", *excluded]
    result = subprocess.run([squawk, *options, *FILES], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_limits_how_long_it_locks(path: Path) -> None:
    assert "SET LOCAL lock_timeout" in path.read_text()


def test_numbers_have_no_gap() -> None:
    assert [path.name[:5] for path in FILES] == [f"{n:04d}_" for n in range(1, len(FILES) + 1)]


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("call", "outcome", Outcome),
        ("call", "end_reason", EndReason),
        ("call_event", "type", EventType),
        ("call_place", "kind", PlaceKind),
        ("leg", "role", LegRole),
        ("queue_visit", "result", VisitResult),
        ("offer", "result", OfferResult),
        ("agent_state", "state", AgentState),
        ("agent_presence", "state", AgentState),
        ("recording", "state", RecordingState),
    ],
)
def test_sql_and_code_know_the_same_words(table: str, column: str, words: type[StrEnum]) -> None:
    sql = "\n".join(path.read_text() for path in FILES)
    body = sql.partition(f"CREATE TABLE {table} (")[2].partition("COMMENT ON TABLE")[0]
    listed = re.search(rf"\b{column} IN \((.*?)\)", body, re.DOTALL)
    later = re.findall(rf"{table}_{column}_check CHECK \({column} IN \((.*?)\)\)", sql, re.DOTALL)

    assert listed is not None
    assert set(re.findall(r"'(\w+)'", (listed[1], *later)[-1])) == {word.value for word in words}
