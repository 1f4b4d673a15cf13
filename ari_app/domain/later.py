"""Modules that take long to load, and are wanted only once a call is over or a page is looked at.

An engine that starts again has callers waiting: what it does not need for them, it loads after.

    if TYPE_CHECKING:
        import numpy as np
    else:
        np = Later("numpy")
"""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module, which is loaded when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
