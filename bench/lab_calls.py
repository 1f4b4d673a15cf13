"""Calls of the lab's world that cost the bench's own process nothing: Asterisk sends the audio."""

import asyncio
import itertools

from ari_app.lab.lab import Lab, until
from ari_app.lab.party import Party

AT_ONCE = 5
_numbers = itertools.count(13_100_000_000)


async def arrive(lab: Lab, count: int) -> None:
    """So many more callers, each on the way into a queue."""
    at_once = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(_arrive(lab, at_once) for _ in range(count)))


async def _arrive(lab: Lab, at_once: asyncio.Semaphore) -> None:
    async with at_once:
        caller = await lab.world.dial("95001", caller=str(next(_numbers)), ears=False)
        async with asyncio.timeout(30):
            await caller.answered.wait()
        await lab.world.ari.channels.start_silence(caller.channel_id)
        await asyncio.sleep(0.5)
        await caller.press("11")


def answering(lab: Lab, *extensions: str) -> None:
    """From now on these phones answer whatever rings."""

    def answers(phone: Party) -> None:
        lab.world.start(_answer(lab, phone))

    for extension in extensions:
        lab.world.on_ring[extension] = answers


async def _answer(lab: Lab, phone: Party) -> None:
    await lab.world.ari.channels.answer(phone.channel_id)
    await lab.world.ari.channels.start_silence(phone.channel_id)


async def placed(lab: Lab, kind: str) -> int:
    """Calls whose saved step is of this kind."""
    async with lab.database() as db:
        found: int = await db.fetchval("SELECT count(*) FROM call_place WHERE kind = $1", kind)
    return found


async def until_placed(lab: Lab, calls: int, kind: str) -> None:
    async def are_there() -> bool:
        return await placed(lab, kind) == calls

    await until(are_there, 60, f"{calls} calls in {kind}")
