"""The engine dies in mid-call and comes back: talks go on, places are kept."""

import asyncio

import pytest

from ari_app.lab.lab import soon, until
from tests.lab.hotline import Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def restart(hotline: Hotline) -> None:
    installation = hotline.lab.installation
    await asyncio.to_thread(installation.engine.kill)
    await installation.start_engine()


async def test_a_talk_goes_on_and_ends_in_one_whole_record(hotline: Hotline) -> None:
    caller, agent = await hotline.in_talk("1001")

    await restart(hotline)
    before = caller.ear.seconds("tone 620"), agent.ear.seconds("tone 440")
    await asyncio.sleep(2)

    assert caller.ear.seconds("tone 620") > before[0] + 1
    assert agent.ear.seconds("tone 440") > before[1] + 1
    assert (await hotline.states())["1001"] == "talking"
    await hotline.hang_up(caller)
    record = await hotline.record_of(caller)
    assert (record["outcome"], record["end_reason"]) == ("talked", "caller_hung_up")
    await agent.until_gone(10)
    await hotline.until_state("1001", "wrap_up", "ready")


async def test_waiting_callers_keep_music_and_order(hotline: Hotline) -> None:
    await hotline.login("1001")
    occupied = hotline.answering("1001", 620)
    first = await hotline.arrive("11")
    await soon(occupied, 20, "agent 1001 answers")
    waiting = []
    for _ in range(3):
        waiting.append(await hotline.arrive("11"))
        await waiting[-1].until_heard("music", within=15)

    await restart(hotline)
    music = [party.ear.seconds("music") for party in waiting]

    async def music_goes_on() -> bool:
        more = [party.ear.seconds("music") for party in waiting]
        return all(now > before + 1 for now, before in zip(more, music, strict=True))

    # Asterisk alone says an announcement to its end; the first one names all ways out.
    await until(music_goes_on, 30, "music for all who wait")
    current = first
    for place, party in enumerate(waiting):
        answered = hotline.answering("1001", 620)
        await hotline.hang_up(current)
        await soon(answered, 25, "agent 1001 answers the next")
        await party.until_heard("tone 620", within=10)
        assert not any(later.ear.times("tone 620") for later in waiting[place + 1 :])
        current = party
    await hotline.hang_up(current)


async def test_a_caller_in_the_menu_can_still_choose(hotline: Hotline) -> None:
    caller = await hotline.arrive("1")
    await caller.until_heard("zh/main-menu", within=15)

    await restart(hotline)

    await caller.press("3")
    await caller.until_heard("zh/leave-message-after-tone", within=15)
    await hotline.hang_up(caller)


async def test_a_call_that_ended_meanwhile_is_closed_with_asterisks_cause(
    hotline: Hotline,
) -> None:
    caller = await hotline.arrive("1")
    await caller.until_heard("zh/main-menu", within=15)
    installation = hotline.lab.installation

    await asyncio.to_thread(installation.engine.kill)
    await hotline.hang_up(caller)
    await installation.start_engine()

    record = await hotline.record_of(caller)
    assert record["end_reason"] == "ended_while_away"
    assert record["hangup_cause"] == 16
