"""Who holds the lease, as the engine asks it."""

import asyncio

from ari_app.workers import ownership
from tests.integration.asking import asking


async def test_a_lease_is_ours_until_somebody_else_has_taken_it(database_url: str) -> None:
    async with asking(database_url) as ask:
        mine = await ownership.take(ask, "node1")
        assert await ownership.is_ours(ask, mine)

        await ownership.take(ask, "node1")
        assert not await ownership.is_ours(ask, mine)


async def test_while_nobody_can_tell_it_is_asked_again(database_url: str) -> None:
    async with asking(database_url) as ask:
        mine = await ownership.take(ask, "node1")
        ask.away = True
        answer = asyncio.create_task(ownership.is_ours(ask, mine))
        await asyncio.sleep(0.1)

        assert not answer.done()
        ask.away = False
        assert await answer
