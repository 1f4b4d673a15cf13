"""How far it comes at once, and what whoever waits for it is told."""

import asyncio

import pytest

from ari_app.begun import Begun


async def test_it_runs_to_its_first_wait_before_anything_else() -> None:
    gate, seen = asyncio.Event(), []

    async def work() -> str:
        seen.append("begun")
        await gate.wait()
        await asyncio.sleep(0)
        return "done"

    begun = Begun(work())

    assert (seen, begun.is_over) == (["begun"], False)
    gate.set()
    assert await begun == "done"


async def test_what_never_waits_is_over_at_once() -> None:
    async def work() -> int:
        return 7

    begun = Begun(work())

    assert begun.is_over
    assert await begun == 7


async def test_a_failure_is_told_to_who_waits_not_to_who_began_it() -> None:
    async def at_once() -> None:
        raise OSError("gone")

    async def later() -> None:
        await asyncio.sleep(0)
        raise OSError("gone later")

    first, second = Begun(at_once()), Begun(later())

    assert not first.is_over
    with pytest.raises(OSError, match=r"gone$"):
        await first
    with pytest.raises(OSError, match="gone later"):
        await second


async def test_who_stops_waiting_stops_it() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    begun = Begun(work())

    async def wait() -> None:
        await begun

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert ended == [True]


async def test_what_nobody_goes_on_with_lets_go_of_what_it_holds() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    Begun(work()).close()

    assert ended == [True]
