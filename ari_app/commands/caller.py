"""A caller with a script: presses each key when asked, talks to whom it reaches, hangs up."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ari_app.commands.transcript import Transcript
    from ari_app.lab.party import Party

CALLER_TONE = 440
BEEPS = ("beep", "tone 1000")


@dataclass(frozen=True, slots=True)
class Script:
    """`questions` are the prompts that ask for a key, as the ear names them (`zh/main-menu`).

    `goals` are what tells that somebody, or a machine, listens: tones. The caller then talks for
    `talk_seconds`; without reaching a goal it hangs up after `stay_seconds`.
    """

    keys: Sequence[str]
    questions: Collection[str]
    goals: Collection[str]
    talk_seconds: float = 3.0
    stay_seconds: float = 60.0
    finger_seconds: float = 0.3  # nobody presses a key in the instant a prompt begins


async def follow(script: Script, caller: "Party", told: "Transcript") -> bool:
    """Until one side hangs up. False when the call was not answered."""
    if not await _answered(caller, script.stay_seconds):
        await caller.hang_up()
        told.add("caller", "not_answered", cause_text(caller.cause))
        return False
    told.add("caller", "answered")
    caller.on_heard = lambda item: told.heard("caller", item)
    for item in tuple(caller.ear.heard):  # what came before anybody listened
        told.heard("caller", item)
    try:
        async with asyncio.timeout(script.stay_seconds):
            await _converse(script, caller, told)
    except TimeoutError:
        told.add("caller", "gave_up", f"{script.stay_seconds:g} s")
    await _leave(caller, told)
    return True


async def _answered(caller: "Party", within: float) -> bool:
    """Whichever comes first: the answer, the end, or the caller's patience."""
    waits = [asyncio.create_task(event.wait()) for event in (caller.answered, caller.gone)]
    try:
        await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return caller.answered.is_set()


async def _converse(script: Script, caller: "Party", told: "Transcript") -> None:
    from ari_app.lab.party import Unheard

    try:
        await _press_keys(script, caller, told)
        caller.talk(CALLER_TONE)
        await caller.until_heard(*script.goals, within=script.stay_seconds)
        await asyncio.wait_for(caller.gone.wait(), script.talk_seconds)
    except (Unheard, TimeoutError):
        return  # the other side hung up, or all was said


async def _press_keys(script: Script, caller: "Party", told: "Transcript") -> None:
    seen = 0
    for key in script.keys:
        await caller.until_heard(*script.questions, within=script.stay_seconds, after=seen)
        await asyncio.sleep(script.finger_seconds)
        seen = len(caller.ear.heard)
        told.add("caller", "pressed", key)
        await caller.press(key)


async def _leave(caller: "Party", told: "Transcript") -> None:
    by = "" if caller.gone.is_set() else "caller"
    await caller.hang_up()
    await asyncio.wait_for(caller.gone.wait(), 10)
    told.add(by or "hotline", "hung_up", cause_text(caller.cause))


def cause_text(cause: int | None) -> str:
    """ITU-T Q.850's number, with words where they are the usual ones."""
    words = {16: "normal", 17: "busy", 18: "no answer", 19: "no answer", 21: "refused"}
    return "" if cause is None else f"cause {cause} {words.get(cause, '')}".strip()
