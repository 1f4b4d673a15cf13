"""Callers who say what they want, as a synthetic voice says it, through a real call."""

import asyncio
from collections.abc import AsyncIterator
from functools import cache

import numpy as np
import pytest

from ari_app.lab.mouth import alaw
from ari_app.lab.party import Party
from ari_app.sounds.audio import decode
from ari_app.sounds.engine import Voice
from ari_app.sounds.espeak import Espeak
from ari_app.sounds.resample import resample
from tests.lab.hotline import Hotline
from tests.lab.listening import recorded
from tests.lab.publisher import Publisher

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = "95077"
FLOW = """
name = "by-voice"
title = { zh = "语音", en = "By voice" }
start = "what"

[node.what]
type = "listen"
prompts = ["main-menu"]
tries = 3
within_seconds = 8
unsure = "unsure"
nothing = "nothing"
failed = "failed"

[node.what.choices.orders]
key = "1"
en = ["orders", "order status"]
to = "orders"

[node.what.choices.support]
key = "2"
en = ["support", "technical support"]
to = "support"

[node.what.choices.message]
key = "3"
en = ["leave a message"]
to = "message"

[node.orders]
type = "hangup"
prompts = ["closed-hours"]

[node.support]
type = "hangup"
prompts = ["message-saved"]

[node.message]
type = "hangup"
prompts = ["service-unavailable"]

[node.unsure]
type = "hangup"
prompts = ["thank-you-for-waiting"]

[node.nothing]
type = "hangup"
prompts = ["all-agents-busy"]

[node.failed]
type = "hangup"
prompts = ["callback-booked"]
"""
ENDS = (
    *("en/closed-hours", "en/message-saved", "en/service-unavailable"),
    *("en/thank-you-for-waiting", "en/all-agents-busy", "en/callback-booked"),
)


@cache
def spoken(text: str) -> bytes:
    samples, rate = decode(Espeak().speak(text, Voice("en-us", 150, 50)))
    narrow = resample(samples, rate, 8_000)
    return alaw((narrow / np.max(np.abs(narrow)) * 0.3).astype(np.float32))


@pytest.fixture
async def number(hotline: Hotline) -> AsyncIterator[str]:
    """Leads to a flow that listens; afterwards what was live is live again."""
    publisher = Publisher(hotline)
    before = await publisher.files()
    async with hotline.changed(
        f"INSERT INTO route (pattern, flow, language) VALUES ('{NUMBER}', 'by-voice', 'en')",
        f"DELETE FROM route WHERE pattern = '{NUMBER}'",
    ):
        await publisher.publish({**before, "by-voice.toml": FLOW})
        yield NUMBER
    await publisher.publish(before)


async def arrive(hotline: Hotline, number: str) -> Party:
    caller = await hotline.arrive(number=number)
    await caller.until_heard("en/main-menu", within=15)
    return caller


async def heard_in_the_end(caller: Party) -> str:
    return (await caller.until_heard(*ENDS, within=30)).what


async def test_a_caller_says_support_in_the_middle_of_the_prompt_and_gets_there(
    hotline: Hotline, number: str
) -> None:
    caller = await arrive(hotline, number)
    await asyncio.sleep(0.6)
    caller.mouth.say(spoken("technical support"))

    assert await heard_in_the_end(caller) == "en/message-saved"

    assert caller.ear.seconds("en/main-menu") < 4, "speech ends the prompt"
    await caller.until_gone(10)
    call_id = (await hotline.record_of(caller))["call_id"]
    left, right, rate = await recorded(hotline, call_id)
    assert np.abs(left[: 6 * rate].astype(float)).max() > 3_000, "the caller is on the recording"
    assert np.abs(right.astype(float)).max() > 3_000, "and what was heard"


async def test_keys_work_while_it_listens(hotline: Hotline, number: str) -> None:
    caller = await arrive(hotline, number)
    await caller.press("1")

    assert await heard_in_the_end(caller) == "en/closed-hours"
    assert await nothing_is_left(hotline)


async def test_hanging_up_while_speaking_leaves_nothing_in_asterisk(
    hotline: Hotline, number: str
) -> None:
    caller = await arrive(hotline, number)
    caller.mouth.say(spoken("leave a message"))
    await asyncio.sleep(0.4)
    await hotline.hang_up(caller)

    assert await nothing_is_left(hotline)


async def nothing_is_left(hotline: Hotline) -> bool:
    for _ in range(60):
        shown = await asyncio.to_thread(
            hotline.lab.installation.asterisk.console, "core show channels concise"
        )
        if "UnicastRTP" not in shown and "Snoop" not in shown:
            return True
        await asyncio.sleep(0.1)
    return False
