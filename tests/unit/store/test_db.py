"""What asyncpg raises when PostgreSQL is lost becomes one error of ours; faults of ours stay."""

from typing import Any

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.store.db import reaching


@pytest.mark.parametrize("error", [OSError("reset"), TimeoutError(), ConnectionResetError()])
def test_a_lost_connection_is_told_as_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable), reaching():
        raise error


def test_a_connection_lost_while_a_statement_begins_is_unavailable_too() -> None:
    protocol: Any = None  # what asyncpg's connection has left of it by then

    with pytest.raises(Unavailable), reaching():
        protocol._get_timeout(1.0)


def test_a_fault_of_ours_stays_what_it_is() -> None:
    nothing: Any = None

    with pytest.raises(AttributeError, match="fetchval"), reaching():
        nothing.fetchval("SELECT 1")
