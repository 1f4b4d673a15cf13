"""What is on the recording of a call, listened to."""

import asyncio
from typing import Any

import numpy as np
import pytest

from ari_app.lab.lab import soon
from tests.lab.hotline import Hotline
from tests.lab.listening import recorded, spans

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLER, AGENT = 440, 620
LOUD = 300  # of 32,768; a prompt's words are well above, silence is 0 to 8


async def test_prompts_talk_and_goodbye_are_all_on_the_right_channel(hotline: Hotline) -> None:
    await hotline.login("1001")
    answered = hotline.answering("1001", AGENT)
    caller = await hotline.arrive("11")
    caller.talk(CALLER)
    agent = await soon(answered, 20, "agent 1001 answers")
    await caller.until_heard(f"tone {AGENT}", within=10)
    await asyncio.sleep(2)
    await agent.hang_up()
    await caller.until_gone(15)

    left, right, rate = await recorded(hotline, (await hotline.record_of(caller))["call_id"])

    (first, last) = (spans(right, rate, AGENT)[0][0], spans(right, rate, AGENT)[-1][1])
    assert last - first > 2, "the agent"
    assert loud_seconds(right[: int(first * rate)], rate) > 0.5, "welcome and menu"
    assert loud_seconds(right[int(last * rate) + rate // 10 :], rate) > 0.5, "goodbye"
    assert spans(left, rate, CALLER)[-1][1] > last, "the caller"
    assert not spans(left, rate, AGENT)


def loud_seconds(samples: Any, rate: int) -> float:
    """In slices of 20 ms."""
    size = rate // 50
    slices = samples[: len(samples) // size * size].reshape(-1, size).astype(float)
    return float(np.sum(np.sqrt(np.mean(slices**2, axis=1)) > LOUD)) / 50
