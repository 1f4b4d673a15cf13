"""What can wait lets offers go first, but not for long."""

import asyncio

from ari_app.workers.rush import LONGEST, Rush


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_nobody_waits_without_an_offer() -> None:
    began = now()

    await Rush().over()

    assert now() == began


async def test_the_rush_is_over_with_its_last_offer() -> None:
    rush = Rush()
    first, second = rush.begin(), rush.begin()
    asyncio.get_running_loop().call_later(0.02, first)
    asyncio.get_running_loop().call_later(0.04, second)
    began = now()

    await rush.over()

    assert round(now() - began, 3) == 0.04


async def test_an_offer_that_goes_nowhere_is_not_waited_for() -> None:
    rush = Rush()
    rush.begin()
    began = now()

    await rush.over()

    assert round(now() - began, 3) == LONGEST


async def test_the_same_offer_is_over_once() -> None:
    rush = Rush()
    first = rush.begin()
    rush.begin()
    first()
    first()
    began = now()

    await rush.over()

    assert now() > began
