"""Expected errors forget where they came from; others keep it, and nobody else is disturbed."""

import asyncio

import pytest

from ari_app.domain.errors import CallerHungUp, Unavailable
from ari_app.workers.letting_go import LettingGo


async def ended_by(error: Exception) -> None:
    async def fail() -> None:
        raise error

    async def run() -> None:
        with LettingGo(CallerHungUp):
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
                await asyncio.sleep(60)

    with pytest.raises(BaseExceptionGroup):
        await run()


async def test_an_expected_error_forgets_where_it_came_from() -> None:
    error = CallerHungUp("in-1")

    await ended_by(error)

    assert error.__traceback__ is None


async def test_a_fault_can_still_be_explained() -> None:
    error = ValueError("a fault")

    await ended_by(error)

    assert error.__traceback__ is not None


async def test_who_goes_on_after_the_same_error_is_left_alone() -> None:
    """One error told to several calls: it came through the frames of those who go on, too."""
    shared, is_over = Unavailable("the connection broke"), asyncio.Event()

    async def goes_on() -> str:
        try:
            raise shared
        except Unavailable:
            await is_over.wait()
        return "served"

    other = asyncio.create_task(goes_on())
    await asyncio.sleep(0)
    hung_up = CallerHungUp("in-1")
    hung_up.__cause__ = shared

    await ended_by(hung_up)
    is_over.set()

    assert await other == "served"
