"""`hotline flow publish` and its kin on a real database, without an engine."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ari_app.commands.checks.live import check_live
from ari_app.commands.flow import ground, publishing
from ari_app.commands.terminal import Terminal
from ari_app.commands.trouble import NotPossible
from ari_app.commands.words import Words
from ari_app.domain.errors import BadFlow, NotFound
from ari_app.site.ports import free_ports
from ari_app.store import flow_versions, seed
from ari_app.store.db import connector
from tests.lab.effort import A_SECOND, effort

FLOW = """
name = "hotline"
start = "menu"
[node.menu]
type = "menu"
prompts = ["main-menu"]
keys = { "1" = "orders", "2" = "%s" }
otherwise = "orders"
[node.orders]
type = "queue"
queue = "orders"
talked = "bye"
timeout = "message"
nobody = "message"
[node.message]
type = "mailbox"
mailbox = "hotline"
next = "bye"
[node.bye]
type = "hangup"
"""
GOLDEN = """
[[call]]
name = "key 1 is orders"
keys = "1"
end = "queue orders"
"""


class _Terminal(Terminal):
    """Keeps answers instead of printing them."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(as_json=True, words=Words("en"))
        self._desk = desk

    def site(self) -> Any:
        return self._desk.site

    def answer(self, document: Any, picture: object) -> None:
        self._desk.answers.append(document)


class Desk:
    """An operator with a folder of flows and a site without an engine."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.flows, self.golden = folder / "flows", folder / "tests"
        self.flows.mkdir()
        self.golden.mkdir()
        (port,) = free_ports(1)
        self.site: Any = SimpleNamespace(
            database_url=url,
            environment=dict,
            ports=SimpleNamespace(web=port),
            choices=lambda: SimpleNamespace(setting=lambda _: ""),
        )
        self.answers: list[Any] = []
        self.write("orders")
        (self.golden / "hotline.toml").write_text(GOLDEN)

    def write(self, second: str, text: str = FLOW) -> None:
        (self.flows / "hotline.toml").write_text(text % second)

    @property
    def terminal(self) -> Terminal:
        return _Terminal(self)

    async def publish(self, why: str = "a test") -> Any:
        await publishing.publish(self.terminal, why=why, yes=True)
        return self.answers[-1]

    async def rollback(self, version: int | None = None) -> Any:
        await publishing.rollback(self.terminal, version=version)
        return self.answers[-1]

    async def diff(self) -> Any:
        await publishing.diff(self.terminal)
        return self.answers[-1]

    async def versions(self) -> Any:
        await publishing.versions(self.terminal, limit=20)
        return self.answers[-1]


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    connection = await connector(database_url, within=5.0)()
    try:
        await seed.seed(connection)
        # One flow is all there is here, so one number.
        await connection.execute("DELETE FROM route WHERE flow <> 'hotline'")
    finally:
        await connection.close()
    desk = Desk(database_url, tmp_path)
    monkeypatch.setattr(ground, "flows_folder", lambda: desk.flows)
    monkeypatch.setattr(ground, "golden_folder", lambda: desk.golden)
    return desk


async def test_publishing_says_what_comes_out_differently_and_keeps_who_and_why(
    desk: Desk,
) -> None:
    await desk.publish("first")
    desk.write("message")

    done = await desk.publish("key 2 takes a message")

    assert (done.number, done.engine) == (2, "stopped")
    assert [(one.number, one.keys, one.before, one.after) for one in done.changes] == [
        ("95001, any other", "2", "queue orders", "mailbox hotline")
    ]
    newest, first = await desk.versions()
    assert (newest.number, newest.why, newest.is_live) == (2, "key 2 takes a message", True)
    assert (first.number, first.is_live) == (1, False)


async def test_what_is_live_already_is_not_published_again(desk: Desk) -> None:
    await desk.publish()

    assert (await desk.publish()).number is None
    assert len(await desk.versions()) == 1


async def test_rolling_back_is_one_more_version_and_the_files_then_differ(desk: Desk) -> None:
    await desk.publish()
    desk.write("message")
    await desk.publish()

    done = await desk.rollback()

    assert (done.number, (await desk.versions())[0].rolled_back_to) == (3, 1)
    difference = await desk.diff()
    assert difference.changed_files == ["hotline.toml"]
    assert [one.after for one in difference.changes] == ["mailbox hotline"]
    assert (await desk.rollback()).number == 4  # and forward again
    assert (await desk.diff()).changed_files == []


async def test_one_can_go_back_to_any_version(desk: Desk) -> None:
    for second in ("orders", "message", "bye"):
        desk.write(second)
        await desk.publish()

    assert (await desk.rollback(1)).number == 4
    with pytest.raises(NotFound):
        await desk.rollback(99)


async def test_without_an_earlier_version_nothing_is_rolled_back(desk: Desk) -> None:
    await desk.publish()

    with pytest.raises(NotPossible, match="no earlier version"):
        await desk.rollback()


@pytest.mark.parametrize(
    ("second", "problem"), [("nowhere", "is no node"), ("orders", "call 'key 1 is orders'")]
)
async def test_errors_refuse(desk: Desk, second: str, problem: str) -> None:
    """Also those that only a golden call shows."""
    await desk.publish()
    text = FLOW.replace('"1" = "orders"', '"1" = "message"') if second == "orders" else FLOW
    desk.write(second, text)

    with pytest.raises(BadFlow, match=problem):
        await desk.publish()
    assert len(await desk.versions()) == 1


async def test_who_cannot_be_asked_must_say_yes(desk: Desk) -> None:
    await desk.publish()
    desk.write("message")

    with pytest.raises(NotPossible, match="nobody can be asked"):
        await publishing.publish(desk.terminal, why="x", yes=False)


async def test_a_version_whose_queue_is_gone_is_not_gone_back_to(desk: Desk) -> None:
    await desk.publish()
    desk.write("bye", FLOW.replace('queue = "orders"', 'queue = "support"'))
    (desk.golden / "hotline.toml").unlink()
    await desk.publish()
    connection = await connector(desk.url, within=5.0)()
    await connection.execute("UPDATE queue SET is_active = false WHERE name = 'orders'")
    await connection.close()

    with pytest.raises(BadFlow, match="there is no queue 'orders'"):
        await desk.rollback()


async def test_a_flow_of_500_nodes_is_published_within_a_second(desk: Desk) -> None:
    (desk.golden / "hotline.toml").unlink()
    (desk.flows / "hotline.toml").write_text(_big("welcome"))
    await desk.publish()
    (desk.flows / "hotline.toml").write_text(_big("thank-you-for-waiting"))

    with effort() as spent, ThreadPoolExecutor(1) as fresh:  # only new threads are counted
        asyncio.get_running_loop().set_default_executor(fresh)
        done = await desk.publish()

    assert done.number == 2
    assert len(done.changes) > 100
    assert spent.calls < A_SECOND


def _big(prompt: str) -> str:
    """A tree of menus; every end but one is a goodbye with this prompt before."""
    nodes = ['name = "hotline"\nstart = "n0"']
    for number in range(496):
        below = [5 * number + key for key in range(1, 6)]
        if below[-1] < 496:
            keys = ", ".join(f'"{key}" = "n{node}"' for key, node in enumerate(below, start=1))
            nodes.append(
                f'[node.n{number}]\ntype = "menu"\nprompts = ["main-menu"]\nkeys = {{ {keys} }}\n'
                'otherwise = "line"'
            )
        else:
            said = f'prompts = ["{prompt}", "goodbye"]'
            nodes.append(f'[node.n{number}]\ntype = "hangup"\n{said}')
    nodes.append(
        '[node.line]\ntype = "queue"\nqueue = "orders"\ntalked = "end"\ntimeout = "end"\n'
        'nobody = "end"\n[node.end]\ntype = "say"\nprompts = ["welcome"]\nnext = "more"\n'
        '[node.more]\ntype = "say"\nprompts = ["welcome"]\nnext = "last"\n'
        '[node.last]\ntype = "hangup"'
    )
    return "\n".join(nodes)


async def test_the_live_version_is_what_the_store_has(desk: Desk) -> None:
    done = await desk.publish()
    connection = await connector(desk.url, within=5.0)()
    try:
        live = await flow_versions.latest(connection)
        assert live is not None
        assert live.version == done.version
        assert (await flow_versions.files(connection, live.version)).keys() == {"hotline.toml"}
    finally:
        await connection.close()


async def test_check_names_files_and_queries_that_are_not_live(desk: Desk) -> None:
    assert await check_live(desk.site, desk.flows) == []
    await desk.publish()
    assert await check_live(desk.site, desk.flows) == []

    desk.write("message")
    queries = desk.flows.parent / "queries"
    queries.mkdir()
    (queries / "status.toml").write_text('name = "status"\ncolumns = ["x"]\nsql = "SELECT 1 AS x"')

    found = await check_live(desk.site, desk.flows)
    assert [one.file for one in found] == [
        str(desk.flows / "hotline.toml"),
        str(queries / "status.toml"),
    ]
    assert all("is not what is live (version 1" in one.what for one in found)
