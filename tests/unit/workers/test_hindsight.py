"""A process that was just started learns what waits were like, as soon as somebody can tell."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from ari_app.domain.errors import Unavailable
from ari_app.workers.hindsight import look_back
from tests.fakes.floor import Floor, an_agent

TOLD = '{"mean": 60.0, "bound": 75.0, "is_sure": true, "views": [60.0, 60.0, 60.0]}'
ROW = {
    "name": "orders", "waited": 60.0, "result": "answered", "agent_id": 8001, "estimate": TOLD,
    "handled": 60.0,
}  # fmt: skip


class Tables:
    """Away for the first questions, then full of waits as expected."""

    def __init__(self, *, away_for: int = 0, waits: int = 150) -> None:
        self._away_for = away_for
        self._waits = waits

    async def ask(self, question: Callable[[Any], Any]) -> Any:
        self._away_for -= 1
        if self._away_for >= 0:
            raise Unavailable("PostgreSQL")
        return await question(self)

    async def fetch(self, *_: object) -> Sequence[Any]:
        return [ROW] * self._waits


async def test_a_restarted_hotline_promises_again_at_once() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    await look_back(Tables().ask, floor.dispatcher.outlook)

    async with floor.waiting(), floor.waiting() as place:
        assert place.promise() is not None


async def test_a_database_that_is_away_is_asked_again() -> None:
    floor = Floor(an_agent())
    floor.log_in()
    looking = asyncio.create_task(look_back(Tables(away_for=3).ask, floor.dispatcher.outlook))

    async with floor.waiting(), floor.waiting() as place:
        assert place.promise() is None
        await looking
        assert place.promise() is not None


async def test_a_hotline_without_a_past_is_silent() -> None:
    floor = Floor(an_agent())
    floor.log_in()

    await look_back(Tables(waits=0).ask, floor.dispatcher.outlook)

    async with floor.waiting(), floor.waiting() as place:
        assert place.promise() is None
