"""What tests of commands share: tables as plain text."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console


@pytest.fixture
def drawn() -> Callable[[Any], str]:
    """A picture as a pipe would see it."""

    def draw(picture: Any) -> str:
        page = io.StringIO()
        Console(file=page, width=200, markup=False, highlight=False).print(picture)
        return page.getvalue()

    return draw
