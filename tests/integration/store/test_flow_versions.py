import asyncio

import pytest

from ari_app.domain.errors import Conflict, NotFound
from ari_app.domain.flow_files import version_of
from ari_app.store import flow_versions
from ari_app.store.db import Connection, connector
from ari_app.store.flow_versions import Wish

FIRST = {"hotline.toml": 'name = "hotline" # 热线', "night.toml": 'name = "night"'}
SECOND = {"hotline.toml": 'name = "hotline" # 2'}


def wish(files: dict[str, str], seen: int | None, back_to: int | None = None) -> Wish:
    return Wish(files=files, who="wang", why="新菜单", seen=seen, rolled_back_to=back_to)


async def test_what_was_published_last_is_live_and_its_texts_are_kept(db: Connection) -> None:
    assert await flow_versions.latest(db) is None

    first = await flow_versions.publish(db, wish(FIRST, None))
    second = await flow_versions.publish(db, wish(SECOND, first))

    live = await flow_versions.latest(db)
    assert live is not None
    assert (live.number, live.who, live.why) == (second, "wang", "新菜单")
    assert await flow_versions.files(db, live.version) == SECOND
    assert await flow_versions.files(db, version_of(FIRST)) == FIRST
    assert [one.number for one in await flow_versions.newest(db, 5)] == [second, first]


async def test_going_back_is_one_more_version_with_the_old_files(db: Connection) -> None:
    first = await flow_versions.publish(db, wish(FIRST, None))
    second = await flow_versions.publish(db, wish(SECOND, first))

    third = await flow_versions.publish(db, wish(FIRST, second, back_to=first))

    live = await flow_versions.find(db, third)
    assert (live.version, live.rolled_back_to) == (version_of(FIRST), first)
    assert await flow_versions.files(db, live.version) == FIRST


async def test_each_version_is_in_the_audit(db: Connection) -> None:
    first = await flow_versions.publish(db, wish(FIRST, None))
    await flow_versions.publish(db, wish(FIRST, first, back_to=first))

    rows = await db.fetch("SELECT who, action, detail ->> 'why' AS why FROM audit ORDER BY id")

    assert [tuple(row) for row in rows] == [
        ("wang", "flow_publish", "新菜单"),
        ("wang", "flow_rollback", "新菜单"),
    ]


async def test_who_saw_another_version_live_is_refused(db: Connection) -> None:
    await flow_versions.publish(db, wish(FIRST, None))

    with pytest.raises(Conflict):
        await flow_versions.publish(db, wish(SECOND, None))
    assert await db.fetchval("SELECT count(*) FROM audit") == 1


async def test_of_two_who_publish_at_once_one_is_refused(database_url: str) -> None:
    async def try_it(files: dict[str, str]) -> int | str:
        connection = await connector(database_url, within=5.0)()
        try:
            return await flow_versions.publish(connection, wish(files, None))
        except Conflict:
            return "refused"
        finally:
            await connection.close()

    done = await asyncio.gather(*(try_it(files) for files in (FIRST, SECOND)))

    assert sorted(type(one).__name__ for one in done) == ["int", "str"]


async def test_a_version_nobody_published_is_not_found(db: Connection) -> None:
    with pytest.raises(NotFound):
        await flow_versions.files(db, "0123456789ab")
    with pytest.raises(NotFound):
        await flow_versions.find(db, 7)


async def test_the_engine_may_publish(database_url: str) -> None:
    connection = await connector(database_url, within=5.0)()
    try:
        await connection.execute("SET ROLE hotline_engine")
        assert await flow_versions.publish(connection, wish(FIRST, None)) == 1
        assert await flow_versions.files(connection, version_of(FIRST)) == FIRST
    finally:
        await connection.close()
