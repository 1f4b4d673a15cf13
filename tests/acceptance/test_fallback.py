"""When Python is away, Asterisk alone serves the caller; talks go on."""

import asyncio

import pytest

from tests.lab.hotline import Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_with_ari_app_away_talks_go_on_and_new_callers_hear_the_fallback(
    hotline: Hotline,
) -> None:
    talking, agent = await hotline.in_talk("1001")
    engine = hotline.lab.installation.engine

    await asyncio.to_thread(engine.kill)
    try:
        await asyncio.sleep(5)
        before = talking.ear.seconds("tone 620")
        newcomer = await hotline.arrive()
        await newcomer.until_heard("zh/fallback-welcome", within=8)
        await asyncio.sleep(1)
        parts = {part.name: part async for part in hotline.lab.installation.status()}

        assert talking.ear.seconds("tone 620") > before
        assert agent.ear.seconds("tone 440") > 4
        assert not parts["ari_app"].ok
        assert "fallback" in parts["ari_app"].reason
        await hotline.hang_up(newcomer, talking)
    finally:
        await hotline.lab.installation.start_engine()

    record = await hotline.record_of(newcomer)
    assert record["outcome"] == "fallback"


async def test_with_agi_away_callers_notice_nothing(hotline: Hotline) -> None:
    await asyncio.to_thread(hotline.lab.installation.agi.kill)
    try:
        caller = await hotline.arrive()
        await caller.until_heard("zh/welcome", within=10)
        await hotline.hang_up(caller)
    finally:
        await hotline.lab.installation.start_agi()

    assert (await hotline.record_of(caller))["outcome"] == "abandoned_in_flow"
