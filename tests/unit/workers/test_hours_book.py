"""Named hours in memory: what nodes are told, also in a storm."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ari_app.domain.storm import Storm, StormProfile
from ari_app.workers.hours_book import HoursBook
from tests.fakes.clock import NOON, LoopClock

MONDAY_EVENING = '[{"weekday": 1, "opens": 68400, "closes": 75600}]'  # 19:00 to 21:00


class Tables:
    async def ask(self, question: Any) -> Any:
        return await question(self)

    async def fetch(self, query: str, *_: object) -> Any:
        if "FROM schedule" in query:
            return [{"name": "hotline", "zone": "", "hours": MONDAY_EVENING}]
        return []


async def book(storm: Storm | None = None) -> HoursBook:
    """It is 20:00 in Shanghai."""

    async def listen(heard: object) -> None:
        """Nothing changes."""

    hours = HoursBook(Tables().ask, listen, LoopClock(), ZoneInfo("Asia/Shanghai"), lambda: storm)
    await hours.load()
    return hours


async def test_a_schedule_is_meant_in_the_zone_of_the_site() -> None:
    assert (await book()).standing("hotline").is_open


async def test_a_schedule_nobody_knows_keeps_nobody_out() -> None:
    assert (await book()).standing("no_such").is_open


async def test_a_storm_has_hours_of_its_own() -> None:
    profile = StormProfile(hours={"hotline": ""})
    storm = Storm(UUID(int=5), "typhoon", profile, "tester", "wind", NOON, NOON)

    assert (await book(storm)).standing("hotline").why == "closed"
