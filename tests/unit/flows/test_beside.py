import asyncio

import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.flows.beside import beside


async def forever(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(1)
        ended.append("tidied up")


async def failing(error: Exception) -> None:
    raise error


async def test_what_runs_beside_has_tidied_up_when_the_block_is_left() -> None:
    ended: list[str] = []

    async with beside(forever(ended), "music"):
        await asyncio.sleep(0)

    assert ended == ["tidied up"]


async def test_an_announcement_that_fails_with_the_call_disturbs_nobody() -> None:
    async with beside(failing(CallerHungUp("caller")), "announcement"):
        await asyncio.sleep(1)


async def test_a_bug_beside_is_not_silent() -> None:
    with pytest.raises(ZeroDivisionError):
        async with beside(failing(ZeroDivisionError()), "announcement"):
            await asyncio.sleep(1)


async def test_an_error_of_the_block_is_not_hidden_by_one_beside() -> None:
    async def block() -> None:
        async with beside(failing(ZeroDivisionError()), "announcement"):
            await asyncio.sleep(1)
            raise KeyError

    with pytest.raises(KeyError):
        await block()


async def test_a_hang_up_during_the_tidying_up_is_felt() -> None:
    went_on: list[str] = []

    async def flow() -> None:
        async with beside(forever([]), "music"):
            await asyncio.sleep(0)
        went_on.append("as if nothing had happened")

    running = asyncio.create_task(flow())
    await asyncio.sleep(0.5)
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    assert went_on == []
