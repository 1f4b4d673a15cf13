"""Asterisk's event log is kept for so many days, and no batch is large."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from ari_app.store import cel, cel_retention
from ari_app.workers.cel_loader import CelLoader
from ari_app.workers.cel_retention import CelRetention
from tests.integration.asking import Asking, WallClock, asking
from tests.integration.cel_lines import START, call_lines

LINES = call_lines(uuid4(), 1, talks=True)


@pytest.fixture
async def ask(database_url: str) -> AsyncIterator[Asking]:
    async with asking(database_url) as port:
        yield port


@pytest.fixture
async def loaded(ask: Asking, tmp_path: Path) -> CelLoader:
    """One call in the table."""
    log = tmp_path / "Master.csv"
    log.write_text("".join(LINES), newline="")
    loader = CelLoader(ask, log, "node1", WallClock())
    await loader.catch_up()
    return loader


async def rows(ask: Asking) -> int:
    return await ask(lambda db: db.fetchval("SELECT count(*) FROM cel_raw"))


def retention(ask: Asking, keep: timedelta, *, in_charge: bool = True) -> CelRetention:
    async def charge() -> bool:
        return in_charge

    return CelRetention(ask, WallClock(), keep, charge)


@pytest.mark.usefixtures("loaded")
async def test_what_is_young_enough_is_kept(ask: Asking) -> None:
    age = WallClock().now() - START

    assert await retention(ask, age + timedelta(hours=1)).forget() == 0
    assert await rows(ask) == len(LINES)


@pytest.mark.usefixtures("loaded")
async def test_what_is_older_is_forgotten_and_no_longer_called_complete(ask: Asking) -> None:
    keeping = retention(ask, timedelta(seconds=1))

    assert await keeping.forget() == keeping.forgotten == len(LINES)

    assert await rows(ask) == 0
    watched = await ask(lambda db: cel.watched(db, "node1"))
    assert watched is not None
    assert watched.since > START


@pytest.mark.usefixtures("loaded")
async def test_a_statement_deletes_no_more_than_it_may_and_the_oldest_first(ask: Asking) -> None:
    (source,) = await ask(cel_retention.sources)

    gone = await ask(lambda db: cel_retention.forget(db, source, WallClock().now(), 2))

    left = await ask(lambda db: db.fetchval("SELECT min(position) FROM cel_raw"))
    assert gone == 2
    assert left == len("".join(LINES[:2]).encode())


async def test_what_was_forgotten_is_not_loaded_again(ask: Asking, loaded: CelLoader) -> None:
    await retention(ask, timedelta(seconds=1)).forget()

    await loaded.catch_up()

    assert await rows(ask) == 0


@pytest.mark.usefixtures("loaded")
async def test_an_engine_that_lost_the_lease_forgets_nothing(ask: Asking) -> None:
    assert await retention(ask, timedelta(seconds=1), in_charge=False).forget() == 0
    assert await rows(ask) == len(LINES)


async def test_it_looks_some_minutes_after_the_start_and_then_once_a_day(ask: Asking) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise asyncio.CancelledError

    async def charge() -> bool:
        return True

    keeping = CelRetention(ask, WallClock(), timedelta(days=90), charge, sleep)
    with pytest.raises(asyncio.CancelledError):
        await keeping.run()

    assert pauses == [600.0, 86_400.0, 86_400.0]
