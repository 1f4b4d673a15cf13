"""F6, F7: Redis forgets everything, or is gone. Callers and agents do not notice."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import pytest
import redis.asyncio

from ari_app.lab.lab import Lab, until
from ari_app.live import keys
from tests.faults.outage import outage_seconds
from tests.faults.recoveries import Stopwatch
from tests.faults.workload import Workload, seeds

pytestmark = pytest.mark.asyncio(loop_scope="session")

REBUILT_SECONDS = 5.0
STALE_SECONDS = 5.0
OFFERED = 0.95  # of the offers that are made with Redis there
SERVED_SECONDS = 10.0  # from an agent who hangs up to the next call of that agent


async def test_an_emptied_redis_is_filled_again_and_nothing_moves(workload: Workload) -> None:
    for seed in seeds():
        await workload.start(seed)
        before = await workload.snapshot()
        shown = await _shown(workload.lab)
        assert shown.line == {
            (queue, since.isoformat())
            for queue, places in before.line.items()
            for _, since in places
        }

        async with _redis(workload.lab) as server:
            await server.flushall()
        await _whole_again(workload.lab, shown, "Redis emptied")
        await workload.lab.installation.redis.stop()
        await workload.lab.installation.redis.start()
        await _whole_again(workload.lab, shown, "Redis started again")

        assert await workload.cut_off() == []
        assert workload.dropped() == []
        after = await workload.snapshot()
        assert (after.line, after.talks, after.agents) == (
            before.line,
            before.talks,
            before.agents,
        )
    await workload.verdict()


async def test_calls_are_offered_as_ever_while_redis_is_away(workload: Workload) -> None:
    lab = workload.lab
    await workload.start()
    turns = min(workload.size.talking, workload.size.queued)
    normal = await _offers(workload, turns, 0.5)
    await workload.top_up()

    await lab.installation.redis.stop()
    gone = Stopwatch()
    await until(lambda: _is_marked_stale(lab, True), STALE_SECONDS, "the live view is said stale")
    gone.measured("F7", "Redis stopped, until the live view is said to be stale")
    parts = {part.name: part async for part in lab.installation.status()}
    meanwhile = await _offers(workload, turns, outage_seconds() / turns)
    await lab.installation.redis.start()
    back = Stopwatch()
    await until(lambda: _is_marked_stale(lab, False), REBUILT_SECONDS, "the live view is back")
    back.measured("F7", "Redis started, until the live view is whole again")

    assert "stale" in parts["Redis"].reason
    assert meanwhile >= OFFERED * normal > 0
    states = await workload.states()
    await until(lambda: _shows_agents(lab, states), REBUILT_SECONDS, "agents as they are")
    await workload.verdict()


async def _offers(workload: Workload, turns: int, pause: float) -> int:
    """How many are made while so many agents' callers hang up, one after the other."""
    since = datetime.now(UTC)
    for _ in range(turns):
        await workload.talking.pop(0).hang_up()
        await asyncio.sleep(pause)

    async def made() -> int:
        async with workload.lab.database() as db:
            count: int = await db.fetchval("SELECT count(*) FROM offer WHERE made_at >= $1", since)
        return count

    async def all_are() -> bool:
        return await made() >= turns

    with contextlib.suppress(TimeoutError):
        await until(all_are, SERVED_SECONDS, "an offer for each agent")
    return await made()


@asynccontextmanager
async def _redis(lab: Lab) -> AsyncIterator["redis.asyncio.Redis"]:
    server = redis.asyncio.Redis.from_url(lab.site.redis_url, decode_responses=True)
    try:
        yield server
    finally:
        await server.aclose()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the live view says: agents' states, and queue and time of all who wait."""

    agents: Mapping[str, str]
    line: frozenset[tuple[str, str]]


async def _whole_again(lab: Lab, before: Shown, what: str) -> None:
    since = Stopwatch()
    await until(lambda: _shows(lab, before), REBUILT_SECONDS, "the live view is whole")
    since.measured("F6", f"{what}, until the live view is whole again")


async def _shown(lab: Lab) -> Shown:
    async with _redis(lab) as server:
        agents = await server.hgetall(keys.AGENTS)
        waiting = map(msgspec.json.decode, await server.hvals(keys.WAITING))
    return Shown(
        agents={str(agent): msgspec.json.decode(text)["state"] for agent, text in agents.items()},
        line=frozenset((one["queue"], one["since"]) for one in waiting),
    )


async def _shows(lab: Lab, before: Shown) -> bool:
    return await _shown(lab) == before


async def _shows_agents(lab: Lab, states: Mapping[str, str]) -> bool:
    return (await _shown(lab)).agents == states


async def _is_marked_stale(lab: Lab, stale: bool) -> bool:
    return (await lab.installation.health())["parts"]["live_view"] is not stale
