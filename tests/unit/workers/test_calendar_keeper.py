"""The calendar fills itself, and the long list is only read when something is missing."""

import asyncio
from collections.abc import Sequence
from typing import Any

from ari_app.domain.errors import Unavailable
from ari_app.flows.beside import beside
from ari_app.workers.calendar_keeper import AWAY_PAUSE, EVERY, FIRST_AFTER, keep_calendar
from tests.fakes.clock import LoopClock


class Table:
    """What was added, as kinds by year; `is_away` for the first so many questions."""

    def __init__(self, away: int = 0) -> None:
        self.kinds: list[str] = []
        self.added = 0
        self.away = away

    async def ask(self, question: Any) -> Any:
        if self.away:
            self.away -= 1
            raise Unavailable("away")
        return await question(self)

    async def fetch(self, query: str, *values: Any) -> Sequence[Any]:
        if query.lstrip().startswith("SELECT"):
            return []
        self.added += 1
        self.kinds = values[1]
        return [{"day": day} for day in values[0]]


async def test_it_waits_a_minute_then_adds_holidays_and_make_up_workdays() -> None:
    table = Table()
    async with beside(keep_calendar(table.ask, LoopClock()), "keeper"):
        await asyncio.sleep(FIRST_AFTER - 1)
        assert table.added == 0
        await asyncio.sleep(2)

    assert table.added == 1
    assert {"holiday", "workday"} == set(table.kinds)


async def test_it_looks_again_every_day_and_sooner_while_postgresql_is_away() -> None:
    table = Table(away=1)
    async with beside(keep_calendar(table.ask, LoopClock()), "keeper"):
        await asyncio.sleep(FIRST_AFTER + AWAY_PAUSE + 1)
        assert table.added == 1
        await asyncio.sleep(EVERY + 1)

    assert table.added == 2
