"""Who serves the caller: said before the two are connected, and nothing of the talk is lost."""

import asyncio

import pytest

from tests.lab.hotline import Hotline
from tests.lab.listening import recorded, spans

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAID = "UPDATE queue SET is_saying_agent_number = true WHERE name = 'orders'"
NOT_SAID = "UPDATE queue SET is_saying_agent_number = false WHERE name = 'orders'"


async def test_caller_and_agent_hear_the_number_and_then_each_other(hotline: Hotline) -> None:
    async with hotline.changed(SAID, NOT_SAID):
        caller, agent = await hotline.in_talk("1001", caller=440, agent=620)
        await asyncio.sleep(2)
        await agent.hang_up()
        await hotline.hang_up(caller)

    heard = [item.what for item in caller.ear.heard]
    assert heard.index("zh/connected-to-agent-number") < heard.index("tone 620")
    assert "zh/at-your-service" in heard[: heard.index("tone 620")]
    assert agent.ear.times("zh/connected-to-agent-number")
    left, right, rate = await recorded(hotline, (await hotline.record_of(caller))["call_id"])
    talk = spans(right, rate, 620)
    assert talk[-1][1] - talk[0][0] > 1.5, "the agent"
    assert spans(left, rate, 440)[-1][1] > talk[-1][0], "the caller"


async def test_otherwise_they_are_connected_at_once(hotline: Hotline) -> None:
    caller, _ = await hotline.in_talk("1001", caller=440, agent=620)

    assert not caller.ear.times("zh/connected-to-agent-number")
    await hotline.hang_up(caller)
