"""Routes in memory: read as a whole, again after each change."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from ari_app.domain.acd.past import NO_PAST, Past
from ari_app.domain.errors import Unavailable
from ari_app.domain.route import DEFAULT_ROUTE, Customer, Route
from ari_app.workers.directory import Directory
from tests.fakes.calls import some_facts

VIP = Customer(UUID(int=9), "vip", None, 1004)


class Tables:
    """Answers as the tables would, by the words of each question."""

    def __init__(self) -> None:
        self.routes = [{"pattern": "95001", "flow": "hotline", "language": "zh", "priority": 0}]
        self.foreign = ["13900000001"]
        self.caller: dict[str, Any] = {}
        self.reads = 0
        self.seconds = 0.0
        self.is_away = False
        self.tell: Callable[[], object] = str

    async def ask(self, question: Callable[[Any], Any]) -> Any:
        if self.is_away:
            raise Unavailable("PostgreSQL")
        await asyncio.sleep(self.seconds)
        return await question(self)

    async def fetch(self, query: str, *_: object) -> Sequence[Any]:
        if "FROM route" in query:
            self.reads += 1
            return self.routes
        return [{"number": number} for number in self.foreign]

    async def fetchrow(self, *_: object) -> dict[str, Any]:
        return self.caller

    async def listen(self, heard: Callable[[], object]) -> None:
        if self.is_away:
            raise Unavailable("PostgreSQL")
        self.tell = heard
        heard()
        await asyncio.Event().wait()


@pytest.fixture
def tables() -> Tables:
    return Tables()


@pytest.fixture
def directory(tables: Tables) -> Directory:
    return Directory(tables.ask, tables.listen)


async def test_before_anything_is_read_numbers_get_the_default_route(directory: Directory) -> None:
    assert directory.route("95001") is DEFAULT_ROUTE


async def test_what_others_change_holds_for_the_next_call(
    tables: Tables, directory: Directory
) -> None:
    running = asyncio.create_task(directory.run())
    await asyncio.sleep(1)

    tables.routes[0]["flow"] = "night"
    tables.tell()
    await asyncio.sleep(0.01)

    assert directory.route("95001") == Route("night", "zh", 0, "normal", None)
    running.cancel()


async def test_many_changes_at_once_are_read_together(tables: Tables, directory: Directory) -> None:
    running = asyncio.create_task(directory.run())
    await asyncio.sleep(1)
    tables.seconds = 1.0

    for _ in range(100):
        tables.tell()
        await asyncio.sleep(0.01)
    await asyncio.sleep(10)

    assert tables.reads == 3  # at the start, the first of the hundred, all that came meanwhile
    running.cancel()


async def test_the_last_routes_stay_in_force_while_the_database_is_away(
    tables: Tables, directory: Directory
) -> None:
    await directory.load()
    tables.is_away = True
    running = asyncio.create_task(directory.run())
    await asyncio.sleep(60)

    assert directory.route("95001").flow == "hotline"
    assert await directory.met(some_facts()) == (None, NO_PAST)
    running.cancel()


async def test_what_changed_while_the_database_was_away_is_read_afterwards(
    tables: Tables, directory: Directory
) -> None:
    tables.is_away = True
    running = asyncio.create_task(directory.run())
    await asyncio.sleep(60)

    tables.is_away = False
    await asyncio.sleep(10)

    assert directory.route("95001") == Route("hotline", "zh", 0, "normal", None)
    running.cancel()


@pytest.mark.parametrize(
    ("language", "caller", "sure"),
    [("zh", "10086", True), ("zh", "", True), ("zh", "13900000001", False), ("en", "1", False)],
)
async def test_only_who_surely_speaks_the_first_language_is_spoken_to_unasked(
    directory: Directory, language: str, caller: str, sure: bool
) -> None:
    await directory.load()

    assert directory.is_language_sure(language, caller) is sure


async def test_a_customer_is_found_by_number(tables: Tables, directory: Directory) -> None:
    vip = {"id": str(VIP.id), "tier": "vip", "language": None, "preferred_agent": 1004}
    tables.caller = {"customer": json.dumps(vip), "talk": None, "stay": None, "callbacks": None}

    assert await directory.met(some_facts()) == (VIP, Past(preferred=1004))
    assert await directory.met(some_facts(caller="")) == (None, NO_PAST)


async def test_a_caller_does_not_wait_for_ever_to_be_known(
    tables: Tables, directory: Directory
) -> None:
    tables.seconds = 60

    assert await directory.met(some_facts()) == (None, NO_PAST)
    assert asyncio.get_running_loop().time() == 1.0
