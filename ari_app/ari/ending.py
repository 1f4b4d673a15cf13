"""An end that some act on at once and others wait for."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)


class Ending:
    """`future` is what can be waited for; `of` names what ends, for the log."""

    def __init__(self, of: str) -> None:
        self.has_come = False
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._of = of
        self._to_be_told: list[Callable[[], object]] = []

    def when(self, told: Callable[[], object]) -> None:
        """Called as the end comes, before whoever waits is woken; soon if it has come already."""
        if self.has_come:
            asyncio.get_running_loop().call_soon(told)
        else:
            self._to_be_told.append(told)

    def come(self) -> None:
        """Twice is once."""
        if self.has_come:
            return
        self.has_come = True
        # Whoever is told mostly holds what ends: kept, all of a call would hold itself.
        to_be_told, self._to_be_told = self._to_be_told, []
        for told in to_be_told:
            try:
                told()
            except Exception:  # the others want to know of it all the same
                log.exception("an end had no consequence", extra={"of": self._of})
        self.future.set_result(None)
