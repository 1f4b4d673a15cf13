"""Prompts that people record, as the next caller hears them."""

import asyncio
import secrets

import pytest

from ari_app.commands import prompt_takes
from ari_app.commands.prompt_list import look
from ari_app.commands.trouble import NotPossible
from ari_app.domain.pin import hashed
from ari_app.lab.mouth import tone
from ari_app.lab.party import Party
from ari_app.store import pins, prompt_numbers
from tests.lab.hotline import Hotline
from tests.unit.sounds.speakers import hum, sound_file

pytestmark = pytest.mark.asyncio(loop_scope="session")

PIN = "4839"


async def let_record(hotline: Hotline, agent: int, prompt: str) -> str:
    """The number to press for the prompt."""
    async with hotline.lab.database() as db:
        await pins.set_hash(db, agent, hashed(PIN, secrets.token_bytes(16)))
        await prompt_numbers.set_editor(db, agent, may=True)
        numbers = await prompt_numbers.numbers(db, ["press-pound", prompt])
    return str(numbers[prompt])


async def press_when(phone: Party, prompt: str, keys: str) -> None:
    await phone.until_heard(f"zh/{prompt}", within=15)
    await phone.press(keys)


async def asked_for_pin(hotline: Hotline, extension: str) -> Party:
    """Who dials the moment before the engine hears of the right is refused, and tries again."""
    while True:
        phone = await hotline.world.feature(extension, "*77")
        heard = await phone.until_heard("zh/enter-pin", "zh/prompt-not-allowed", within=10)
        if heard.what == "zh/enter-pin":
            return phone
        await phone.until_gone(10)


async def record_a_tone(hotline: Hotline, extension: str, number: str) -> None:
    phone = await asked_for_pin(hotline, extension)
    await phone.press(f"{PIN}#")
    await press_when(phone, "prompt-which-number", f"{number}#")
    await press_when(phone, "prompt-which-language", "1")
    await phone.until_heard("beep", within=15)
    await asyncio.sleep(0.5)
    phone.mouth.say(tone(620) * 2)
    await asyncio.sleep(2.2)
    await phone.press("#")
    await phone.until_heard("tone 620", within=10)
    await press_when(phone, "prompt-keep-or-again", "1")
    await phone.until_heard("zh/prompt-saved", within=10)
    await phone.until_gone(10)


async def test_star_77_records_a_prompt_that_the_next_caller_hears(hotline: Hotline) -> None:
    number = await let_record(hotline, 1002, "welcome")
    try:
        await record_a_tone(hotline, "1002", number)

        caller = await hotline.world.dial("95001", caller="13700009901")
        first = await caller.until_heard("tone 620", "zh/welcome", within=10)
        await hotline.hang_up(caller)

        assert first.what == "tone 620"
        (line,) = [
            one
            for one in await look(hotline.lab.site, words=False)
            if (one.name, one.language) == ("welcome", "zh")
        ]
        assert (line.recorded_by, line.how, str(line.number)) == ("agent 1002", "phone", number)
        noted = await hotline.row("SELECT who FROM audit WHERE action = 'prompt_recorded'")
        assert noted == {"who": "agent 1002"}
    finally:
        async with hotline.lab.database() as db:
            await pins.set_hash(db, 1002, None)
            await prompt_numbers.set_editor(db, 1002, may=False)
        await prompt_takes.take_back(hotline.lab.site, "welcome", "zh", "tester")

    caller = await hotline.world.dial("95001", caller="13700009902")
    await caller.until_heard("zh/welcome", within=10)
    await hotline.hang_up(caller)


async def test_what_is_handed_in_is_heard_at_once_and_what_is_no_sound_is_not(
    hotline: Hotline,
) -> None:
    site = hotline.lab.site
    with pytest.raises(NotPossible):
        await prompt_takes.put_in(site, "main-menu", "zh", b"GBK \xc4\xe3", "tester")
    sound = sound_file(hum(1.0, 44_100), 44_100, "FLAC")
    await prompt_takes.put_in(site, "main-menu", "zh", sound, "tester")
    try:
        caller = await hotline.arrive("1")
        await caller.until_heard("zh/welcome", within=10)
        await asyncio.sleep(4)
        assert "zh/main-menu" not in [item.what for item in caller.ear.heard]
        await hotline.hang_up(caller)
    finally:
        await prompt_takes.take_back(site, "main-menu", "zh", "tester")


async def test_a_prompt_is_played_on_a_phone(hotline: Hotline) -> None:
    answered = hotline.answering("1001", 440)

    await prompt_takes.ring_and_play(hotline.lab.site, "goodbye", "en", 1001)

    await (await answered).until_heard("en/goodbye", within=10)
