"""Published flows in memory: taken at once, kept for calls under way, known without PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from ari_app.domain.errors import BadFlow
from ari_app.domain.flow import Names
from ari_app.domain.flow_files import version_of
from ari_app.store import flow_versions
from ari_app.store.db import Db, connector
from ari_app.store.flow_versions import Wish
from ari_app.store.news import listen
from ari_app.workers.flow_shelf import FlowShelf
from tests.integration.asking import Asking, asking

TEXT = """
name = "hotline"
start = "bye"
[node.bye]
type = "hangup"
prompts = ["%s"]
"""


def files(prompt: str) -> dict[str, str]:
    return {"hotline.toml": TEXT % prompt}


class Place:
    """A site's database, its folder of flow files and its state folder."""

    def __init__(self, url: str, ask: Asking, folder: Path) -> None:
        self.url, self.ask = url, ask
        self.source, self.state = folder / "flows", folder / "state"
        self.source.mkdir()
        self.state.mkdir()
        self.write("goodbye")

    def write(self, prompt: str) -> None:
        (self.source / "hotline.toml").write_text(TEXT % prompt)

    async def publish(self, prompt: str) -> int:
        live = await self.ask(flow_versions.latest)
        seen = live.number if live else None
        wish = Wish(files=files(prompt), who="wang", why="test", seen=seen)
        return await self.ask(lambda db: flow_versions.publish(db, wish))

    def shelf(self) -> FlowShelf:
        """Of one process."""
        news = partial(listen, connector(self.url), flow_versions.CHANGED)
        return FlowShelf(self.ask, news, _names, source=self.source, state=self.state)

    @asynccontextmanager
    async def process(self) -> AsyncIterator[FlowShelf]:
        shelf = self.shelf()
        await shelf.start()
        running = asyncio.create_task(shelf.run())
        try:
            yield shelf
        finally:
            running.cancel()


async def _names(db: Db) -> Names:
    return Names({"goodbye", "welcome"}, set(), set())


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with asking(database_url) as ask:
        yield Place(database_url, ask, tmp_path)


async def taken(shelf: FlowShelf, number: int) -> None:
    await until(lambda: shelf.number == number)


async def test_a_fresh_site_publishes_its_files_by_itself(place: Place) -> None:
    async with place.process() as shelf:
        live = await place.ask(flow_versions.latest)

    assert live is not None
    assert (live.who, live.number) == ("hotline", shelf.number)
    assert shelf.now.version == version_of(files("goodbye"))


async def test_files_that_change_afterwards_are_not_live(place: Place) -> None:
    async with place.process():
        place.write("welcome")

    async with place.process() as shelf:
        assert shelf.now.version == version_of(files("goodbye"))


async def test_a_published_version_is_taken_at_once_and_the_old_one_stays_in_use(
    place: Place,
) -> None:
    async with place.process() as shelf:
        call = shelf.now

        await taken(shelf, await place.publish("welcome"))

        assert shelf.now.version == version_of(files("welcome"))
        assert shelf.of(call.version) is call


async def test_going_back_to_what_a_call_still_runs_on_takes_the_same_book(place: Place) -> None:
    async with place.process() as shelf:
        call = shelf.now
        await taken(shelf, await place.publish("welcome"))

        await taken(shelf, await place.publish("goodbye"))

        assert shelf.now.version == call.version


async def test_after_a_restart_open_calls_get_the_version_they_began_with(place: Place) -> None:
    async with place.process() as shelf:
        began = shelf.now.version
        await taken(shelf, await place.publish("welcome"))

    async with place.process() as shelf:
        held = await shelf.bring({began, "", "0123456789ab"})

        assert [book.version for book in held] == [began]
        assert shelf.of(began).version == began
        assert shelf.of("0123456789ab") is shelf.now


QUERY = 'name = "status"\ncolumns = ["x"]\nsql = "SELECT %s AS x"\n'


async def test_a_call_asks_the_query_its_flows_were_published_with(place: Place) -> None:
    (place.source.parent / "queries").mkdir()
    (place.source.parent / "queries" / "status.toml").write_text(QUERY % "1")
    async with place.process() as shelf:
        began, number = shelf.now, shelf.number
        newer = {**files("goodbye"), "queries/status.toml": QUERY % "2"}
        wish = Wish(files=newer, who="wang", why="test", seen=number)
        await taken(shelf, await place.ask(lambda db: flow_versions.publish(db, wish)))

        assert began.query("status").sql == "SELECT 1 AS x"
        assert shelf.now.query("status").sql == "SELECT 2 AS x"

    async with place.process() as shelf:
        await shelf.bring({began.version})
        held = await shelf.bring({began.version})

        assert [book.query("status").sql for book in held] == ["SELECT 1 AS x"]


async def test_what_cannot_be_run_is_not_taken(place: Place) -> None:
    async with place.process() as shelf:
        await place.publish("no-such-prompt")
        good = await place.publish("welcome")  # the engine has looked at the bad one, or both
        await taken(shelf, good)

        assert shelf.now.version == version_of(files("welcome"))
        await place.publish("no-such-prompt")
        with pytest.raises(BadFlow):
            await shelf.load()
        assert shelf.number == good


async def test_a_start_with_something_unusable_published_uses_the_files(place: Place) -> None:
    await place.publish("no-such-prompt")

    async with place.process() as shelf:
        assert shelf.now.version == version_of(files("goodbye"))
        assert shelf.number is None


async def test_without_postgresql_the_last_known_version_is_used(place: Place) -> None:
    async with place.process() as shelf:
        number = await place.publish("welcome")
        await taken(shelf, number)
        await until(lambda: "welcome" in (place.state / "flows.json").read_text())

    place.ask.away = True
    async with place.process() as shelf:
        assert (shelf.number, shelf.now.version) == (number, version_of(files("welcome")))


async def until(true: Callable[[], bool]) -> None:
    deadline = asyncio.get_running_loop().time() + 5
    while not true():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)


async def test_without_postgresql_and_with_nothing_kept_the_files_are_used(place: Place) -> None:
    place.ask.away = True
    (place.state / "flows.json").write_text("{broken")

    async with place.process() as shelf:
        assert shelf.now.version == version_of(files("goodbye"))


async def test_a_fresh_site_with_wrong_files_says_so(place: Place) -> None:
    place.write("no-such-prompt")

    with pytest.raises(BadFlow):
        await place.shelf().start()
    assert await place.ask(flow_versions.latest) is None
