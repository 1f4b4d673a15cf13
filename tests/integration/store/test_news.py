"""What others change is heard at once, whatever program they use."""

import asyncio
from functools import partial

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.store import agents, callbacks, news, queues, routes
from ari_app.store.db import connector
from ari_app.store.news import listen
from tests.integration.frozen import stopped


async def execute(url: str, statement: str) -> None:
    connection = await connector(url, within=5.0)()
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("channel", "change"),
    [
        (routes.CHANGED, "INSERT INTO route (pattern, flow) VALUES ('1', 'hotline')"),
        (routes.CHANGED, "UPDATE route SET language = 'en'"),
        (routes.CHANGED, "DELETE FROM route"),
        (routes.CHANGED, "UPDATE customer SET language = 'en'"),
        (routes.CHANGED, "DELETE FROM customer_phone"),
        (agents.CHANGED, "UPDATE agent SET pin_hash = 'x'"),
        (agents.CHANGED, "DELETE FROM agent_skill"),
        (agents.CHANGED, "UPDATE pause_reason SET longest_seconds = 60"),
        (agents.CHANGED, "UPDATE missed_offer_rule SET back_off_seconds = 30"),
        (queues.CHANGED, "UPDATE queue SET max_busy = 3"),
        (queues.CHANGED, "DELETE FROM queue_skill"),
        (queues.CHANGED, "DELETE FROM queue_hours"),
    ],
)
async def test_whoever_changes_something_is_heard(
    database_url: str, channel: str, change: str
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    hears = partial(heard.put_nowait, "news")
    listening = asyncio.create_task(listen(connector(database_url), channel, hears))
    await heard.get()  # it listens

    await execute(database_url, change)

    assert await asyncio.wait_for(heard.get(), 5) == "news"
    listening.cancel()


async def test_a_look_for_callbacks_that_finds_none_is_no_news(database_url: str) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    hears = partial(heard.put_nowait, "news")
    listening = asyncio.create_task(listen(connector(database_url), callbacks.CHANGED, hears))
    await heard.get()

    await execute(database_url, "UPDATE callback SET state = 'cancelled' WHERE state = 'due'")
    await asyncio.sleep(0.2)
    assert heard.empty()
    await execute(
        database_url,
        "INSERT INTO callback (id, call_id, arrived_at, number, booked_at, due_at, language)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), now(), '139', now(), now(), 'zh')",
    )
    assert await asyncio.wait_for(heard.get(), 5) == "news"
    listening.cancel()


async def test_who_cannot_listen_is_told() -> None:
    nowhere = connector("postgresql://nobody@127.0.0.1:1/nothing", within=0.2)

    with pytest.raises(Unavailable):
        await listen(nowhere, routes.CHANGED, str)


async def test_listening_ends_with_the_connection(database_url: str) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    hears = partial(heard.put_nowait, "news")
    listening = asyncio.create_task(listen(connector(database_url), routes.CHANGED, hears))
    await heard.get()

    await execute(
        database_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )

    await asyncio.wait_for(listening, 5)


async def test_a_connection_that_fell_silent_is_noticed(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "ANSWER_SECONDS", 0.2)
    heard: asyncio.Queue[str] = asyncio.Queue()
    hears = partial(heard.put_nowait, "news")
    listening = asyncio.create_task(
        listen(connector(database_url), routes.CHANGED, hears, quiet=0.1)
    )
    await heard.get()
    await asyncio.sleep(0.5)
    assert not listening.done()  # it has said that it is there

    with stopped([await listener(database_url)]), pytest.raises(Unavailable):
        await asyncio.wait_for(listening, 5)


async def listener(url: str) -> int:
    """The process of PostgreSQL that would tell."""
    connection = await connector(url, within=5.0)()
    try:
        return await connection.fetchval(  # type: ignore[no-any-return]
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()
