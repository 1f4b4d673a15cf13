"""What is on the recording of a call, listened to."""

import asyncio
from typing import Any

import numpy as np
import pytest

from tests.lab.hotline import Hotline
from tests.lab.listening import recorded, spans

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLER, AGENT = 440, 620
LOUD = 300  # of 32,768; a prompt's words are well above, silence is 0 to 8


async def test_prompts_talk_and_survey_are_all_on_the_right_channel(hotline: Hotline) -> None:
    caller, agent = await hotline.in_talk("1001", caller=CALLER, agent=AGENT)
    await asyncio.sleep(2)
    await agent.hang_up()
    await caller.until_heard("zh/survey-timeliness", within=15)
    await hotline.hang_up(caller)

    left, right, rate = await recorded(hotline, (await hotline.record_of(caller))["call_id"])

    (first, last) = (spans(right, rate, AGENT)[0][0], spans(right, rate, AGENT)[-1][1])
    assert last - first > 2, "the agent"
    assert loud_seconds(right[: int(first * rate)], rate) > 0.5, "welcome and menu"
    assert loud_seconds(right[int(last * rate) + rate // 10 :], rate) > 0.5, "survey"
    assert spans(left, rate, CALLER)[-1][1] > last, "the caller"
    assert not spans(left, rate, AGENT)


def loud_seconds(samples: Any, rate: int) -> float:
    """In slices of 20 ms."""
    size = rate // 50
    slices = samples[: len(samples) // size * size].reshape(-1, size).astype(float)
    return float(np.sum(np.sqrt(np.mean(slices**2, axis=1)) > LOUD)) / 50
