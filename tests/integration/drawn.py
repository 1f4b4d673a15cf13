"""Examples that hypothesis draws and a database is told."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings


def drawn(examples: int) -> Callable[[Any], Any]:
    """The same ones each time, all on the database of the one test."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
