"""Queues in memory: changed while calls wait, or left alone because something is wrong."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.errors import BadSettings, NotFound, Unavailable
from ari_app.domain.storm import QueueStorm, Storm, StormProfile
from ari_app.workers.queue_book import QueueBook
from tests.fakes.clock import NOON
from tests.fakes.floor import Floor, an_agent

PROMPTS = {"opening-hours"}
OVERFLOW = '[{"by": "wait", "over": 60, "to": {"kind": "%s", "name": "%s"}}]'
FLOWS = {"hotline": None, "straight": "orders"}


class Tables:
    """The row of one queue, `orders`; a change is told at once."""

    def __init__(self) -> None:
        self.row: dict[str, Any] = {
            "id": UUID(int=1), "name": "orders", "title_zh": "", "rule": "longest_idle",
            "priority": 0, "ageing": 1.0, "relaxation": "[]", "max_busy": None,
            "exclusion_seconds": 60, "ring_seconds": 15, "max_wait_seconds": 600,
            "announce_every_seconds": 30, "comfort": "[]", "keep_place_seconds": 300,
            "is_saying_agent_number": False,
            "overflow": "[]", "hours": "[]", "closing_to": "null", "schedule": None,
            "named_agent_seconds": 20, "preferred_agent_seconds": 20, "last_agent_seconds": 0,
            "last_agent_within_seconds": 86400, "rescue": "cut_off",
            "rescue_within_seconds": 300, "tier_points": None,
            "requires": '{"orders": 1}', "prefers": "{}",
        }  # fmt: skip
        self.is_active = True
        self._tell: Callable[[], object] = str

    async def ask(self, question: Callable[[Any], Any]) -> Any:
        return await question(self)

    async def fetch(self, query: str, *_: object) -> Sequence[Any]:
        if "FROM queue q" in query:
            return [self.row] if self.is_active else []
        if "FROM schedule" in query or "FROM calendar_day" in query:
            return []
        return [{"name": "orders"}]  # skills, mailboxes

    async def listen(self, heard: Callable[[], object]) -> None:
        self._tell = heard
        heard()
        await asyncio.Event().wait()

    async def change(self, **columns: object) -> None:
        self.row = self.row | columns
        self._tell()
        await asyncio.sleep(0.01)


class Site:
    """A floor whose queues are in tables."""

    def __init__(self, **needed: str) -> None:
        self.floor = Floor(an_agent(orders=4))
        self.tables = Tables()
        tables, use = self.tables, self.floor.dispatcher.load_queues
        self.storm: Storm | None = None
        self.book = QueueBook(
            tables.ask,
            tables.listen,
            use,
            lambda: PROMPTS,
            lambda: FLOWS,
            lambda: self.storm,
        )
        self.book.needed = lambda: needed
        self.running = asyncio.create_task(self.book.run())

    async def __aenter__(self) -> "Site":
        await asyncio.sleep(0.01)
        self.floor.log_in()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.running.cancel()
        await asyncio.wait((self.running,))


async def test_changed_needs_hold_for_who_waits_already() -> None:
    async with Site() as site:
        await site.tables.change(requires='{"orders": 7}')
        async with site.floor.waiting():
            assert site.floor.state() is AgentState.READY

            await site.tables.change(requires='{"orders": 3}')

            assert site.floor.state() is AgentState.RESERVED


async def test_changed_limits_hold_for_the_next_call() -> None:
    async with Site() as site:
        await site.tables.change(max_wait_seconds=42)

        assert site.floor.dispatcher.limits("orders").max_wait == 42


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("requires", '{"order": 1}', "queue 'orders', requires: unknown skill 'order'"),
        (
            "relaxation",
            '[{"after": 30, "requires": {"orders": 5}}]',
            "queue 'orders', relaxation step 1: goes backwards",
        ),
        ("relaxation", '{"after": 30}', "queue 'orders', relaxation: "),
        ("comfort", '[{"prompts": ["?"], "after": 9}]', "queue 'orders', comfort 1: prompt '?'"),
        ("comfort", '[{"prompt": "x"}]', "queue 'orders', comfort: "),
        ("overflow", OVERFLOW % ("queue", "orders"), "queue 'orders', overflow 1: leads round"),
        ("overflow", OVERFLOW % ("flow", "straight"), "queue 'orders', overflow 1: leads round"),
        ("overflow", OVERFLOW % ("number", "110"), "queue 'orders', overflow 1: number '110' is"),
        ("overflow", '[{"by": "moon"}]', "queue 'orders', overflow: "),
        ("tier_points", '{"platinum": 9}', "queue 'orders', tier_points: Invalid enum value"),
        ("last_agent_seconds", 42, "queue 'orders': last_agent_seconds 42 is not below max_wait"),
        ("rescue_within_seconds", 86_401, "queue 'orders': rescue_within_seconds 86401 is more"),
        ("closing_to", '{"kind": "mailbox", "name": "x"}', "queue 'orders', closing_to: there is"),
    ],
)
async def test_what_cannot_be_used_is_named_and_nothing_that_runs_changes(
    column: str, value: object, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Site() as site:
        await site.tables.change(**{column: value, "max_wait_seconds": 42})

        assert site.floor.dispatcher.limits("orders").max_wait == 600
        async with site.floor.waiting():
            assert site.floor.state() is AgentState.RESERVED
    assert f"queue book stays as it was: {reason}" in caplog.text


async def test_an_engine_does_not_start_with_what_cannot_be_used() -> None:
    async with Site() as site:
        site.tables.row["requires"] = '{"order": 1}'

        with pytest.raises(BadSettings, match="unknown skill 'order'"):
            await site.book.load()


async def test_a_database_that_is_away_leaves_the_queues_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def away(*_: object) -> None:
        raise Unavailable("PostgreSQL")

    async with Site() as site:
        monkeypatch.setattr(site.tables, "fetch", away)
        await site.tables.change(max_wait_seconds=42)

        assert site.floor.dispatcher.limits("orders").max_wait == 600


async def test_a_storm_holds_for_who_waits_already_and_leaves_all_as_it_was() -> None:
    profile = StormProfile(queue={"orders": QueueStorm(requires={}, max_wait_seconds=9)})
    async with Site() as site:
        await site.tables.change(requires='{"orders": 7}')
        async with site.floor.waiting():
            assert site.floor.state() is AgentState.READY

            site.storm = Storm(UUID(int=5), "typhoon", profile, "tester", "wind", NOON, NOON)
            site.book.use()

            assert site.floor.state() is AgentState.RESERVED
            assert site.floor.dispatcher.limits("orders").max_wait == 9
        site.storm = None
        site.book.use()
        assert site.floor.dispatcher.limits("orders").max_wait == 600


async def test_a_queue_that_is_not_in_use_any_more_ends_when_its_last_caller_left() -> None:
    async with Site() as site:
        dispatcher = site.floor.dispatcher
        site.floor.roster.ask(site.floor.seat(), AgentState.LOGGED_OUT, Reason.LOGOUT)
        async with site.floor.waiting() as place:
            site.tables.is_active = False
            await site.tables.change()
            assert not dispatcher.is_open("orders")
            site.floor.log_in()
            assert await place.agent()

        with pytest.raises(NotFound):
            dispatcher.queue("orders")
        site.tables.is_active = True
        await site.tables.change()
        assert dispatcher.is_open("orders")


async def test_a_queue_that_a_flow_leads_to_stays_in_use(caplog: pytest.LogCaptureFixture) -> None:
    async with Site(orders="flow 'hotline', node 'orders'") as site:
        site.tables.is_active = False
        await site.tables.change()

        assert site.floor.dispatcher.is_open("orders")
    assert (
        "queue 'orders': not in use, but flow 'hotline', node 'orders' leads there" in caplog.text
    )
