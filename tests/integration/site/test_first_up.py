"""A site whose first start went wrong, with real servers."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from ari_app.domain.errors import BadSettings, Unavailable
from ari_app.lab.lab import open_folder
from ari_app.site.alone import alone
from ari_app.site.installation import Installation
from ari_app.site.layout import Site
from ari_app.site.ports import free_ports
from ari_app.site.postgres import Postgres
from ari_app.site.users import service_user


@pytest.fixture
async def installation() -> AsyncIterator[Installation]:
    with open_folder() as folder:
        installation = Installation(Site.create(folder / "site", ("1001",)), keep=False)
        try:
            yield installation
        finally:
            await installation.down()


async def test_whoever_died_while_making_the_cluster_left_no_half_one() -> None:
    with open_folder() as folder:
        (port,) = free_ports(1)
        server = Postgres(folder / "postgres", port, "secret", service_user(["postgres"]))
        half = server.folder / "data.new"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("15\n")

        await server.init()
        await server.start()
        try:
            assert await server.is_ready()
            assert not half.exists()
        finally:
            await server.stop()


async def test_a_seed_that_was_cut_off_is_sown_again(installation: Installation) -> None:
    await installation.start_postgres()

    async def die(_db: object) -> None:
        raise KeyError("the power goes")

    with pytest.raises(KeyError):
        await installation._prepare_database(sample=False, before_engine=die)
    await installation._prepare_database(sample=True, before_engine=None)

    connection = await asyncpg.connect(installation.site.owner_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM agent") > 0
        assert await connection.fetchval("SELECT count(*) FROM queue") > 0
    finally:
        await connection.close()


async def test_an_id_that_another_process_got_is_not_taken_for_postgres(
    installation: Installation,
) -> None:
    await installation.start_postgres()
    await installation.postgres.stop()
    sleeper = await asyncio.create_subprocess_exec("/bin/sleep", "60")
    try:
        data = installation.site.postgres / "data"
        (data / "postmaster.pid").write_text(f"{sleeper.pid}\n{data}\n")

        assert installation.postgres.pid is None
    finally:
        sleeper.kill()
        await sleeper.wait()
        (data / "postmaster.pid").unlink()


async def test_a_taken_port_is_one_line_with_what_to_do(installation: Installation) -> None:
    site = installation.site
    other = await asyncio.start_server(lambda *_: None, "127.0.0.1", site.ports.postgres)
    async with other:
        with pytest.raises(Unavailable) as refused:
            await installation.up(sample=False)

    assert str(refused.value) == (
        f"PostgreSQL: port {site.ports.postgres} is taken by another program; stop that program, or"
        " `hotline down` and `hotline up --new-ports`"
    )
    assert not await installation.runs()


async def test_up_and_down_wait_for_nobody_and_disturb_nobody(installation: Installation) -> None:
    with alone(installation.site.working, "hotline up"):
        for work in (installation.up(), installation.down(), installation.restart(["engine"])):
            with pytest.raises(Unavailable, match=r"`hotline up` \(process \d+\) is at work"):
                await work

    assert not await installation.runs()
    assert not installation.site.choices_file.exists()


async def test_a_wrong_setting_is_refused_before_anything_starts_and_down_still_works(
    installation: Installation,
) -> None:
    installation.site.choices_file.write_text("HOTLINE_E1=isdn\n")
    again = Installation(installation.site, keep=False)

    with pytest.raises(BadSettings, match="line 1: HOTLINE_E1=isdn"):
        await again.up()

    assert not await again.runs()
    await again.down()
