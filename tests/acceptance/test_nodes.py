"""Node types by real calls, several at once: each test is a few callers on the same hotline."""

import pytest

from ari_app.lab.lab import soon
from ari_app.lab.party import Party
from tests.lab.hotline import Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")

BY_NUMBER = "95011"


async def arrive(hotline: Hotline, keys: str, number: str) -> Party:
    """A caller who presses all of the keys during the first word."""
    caller = await hotline.arrive(number=number)
    await caller.until_heard("zh/welcome", within=20)
    await caller.press(keys)
    return caller


async def test_one_agent_is_asked_for_by_number_rung_and_waited_for(hotline: Hotline) -> None:
    await hotline.login("1002")  # no skill for orders: nobody else would ever send a caller here
    answered = hotline.answering("1002", 620)
    caller = await arrive(hotline, "1002#", BY_NUMBER)
    caller.talk(440)
    agent = await soon(answered, 30, "agent 1002 answers")
    await agent.until_heard("tone 440", within=10)

    second = await arrive(hotline, "1002#", BY_NUMBER)
    await second.until_heard("zh/agent-busy-please-hold", within=20)
    again = hotline.answering("1002", 740)
    await agent.hang_up()
    await caller.until_gone(15)
    next_talk = await soon(again, 30, "agent 1002 answers who waited")
    await second.until_heard("tone 740", within=10)
    await hotline.hang_up(second)
    await next_talk.until_gone(10)

    record = await hotline.record_of(caller)
    assert (record["outcome"], record["agents"]) == ("talked", [1002])
    assert await hotline.why_of(record["call_id"]) == {"how": "named"}
    assert (await hotline.record_of(second))["agents"] == [1002]


async def test_who_cannot_be_had_is_said_to_be_and_the_line_prefers_them(
    hotline: Hotline,
) -> None:
    nobody = await arrive(hotline, "9999#", BY_NUMBER)
    away = await arrive(hotline, "1003#", BY_NUMBER)

    await nobody.until_heard("zh/agent-number-not-found", within=20)
    await away.until_heard("zh/colleague-not-available", within=20)
    await away.until_heard("zh/leave-message-after-tone", within=20)  # nobody is at work
    await hotline.hang_up(nobody, away)

    for caller in (nobody, away):
        record = await hotline.record_of(caller)
        assert not record["agents"]
        assert record["ended_at"] is not None
