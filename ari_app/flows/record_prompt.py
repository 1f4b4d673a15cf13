"""A prompt is recorded by phone: which one, in which language, then again until it is right."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from ari_app.domain.speech import Language, Words
from ari_app.flows.digits import ask_digits
from ari_app.ports import Leg

TRIES = 3
LONGEST_NUMBER = 6
LONGEST = 180.0  # seconds of recording
WITHIN = 10.0
LANGUAGE_KEYS: dict[str, Language] = {"1": "zh", "2": "en"}
KEEP, AGAIN, END = "1", "2", "#"


@dataclass(frozen=True, slots=True)
class Draft:
    """A recording that is not in force. `played_as` is the prompt by which it can be heard."""

    name: str
    language: Language
    played_as: str


class Refused(Exception):
    """The recording cannot be a prompt: too short, too quiet, nothing there."""


class Studio(Protocol):
    """Where recordings become prompts. Methods raise Unavailable without PostgreSQL or disk."""

    async def named(self, number: str) -> str | None:
        """The prompt with this number."""

    def next_recording(self) -> str:
        """What the next recording is to be called in Asterisk."""

    async def draft(self, recording: str, name: str, language: Language) -> Draft:
        """Raises: Refused."""

    async def keep(self, draft: Draft, by: str) -> None:
        """The next caller hears it."""

    async def drop(self, recording: str, draft: Draft | None) -> None:
        """Nothing of it stays; also after it was kept, of which that takes nothing away."""


async def record_prompt(leg: Leg, studio: Studio, spoken: Language, by: str) -> Words:
    """What to say in the end. `spoken` is the editor's language.

    Raises: CallerHungUp, Unavailable.
    """
    name = await _which(leg, studio, spoken)
    if name is None:
        return ("goodbye",)
    key = await leg.ask(("prompt-which-language",), spoken, within=WITHIN)
    language = LANGUAGE_KEYS.get(key, spoken)
    refused: Words = ()
    for _ in range(TRIES):
        async with _take(leg, studio, (*refused, "prompt-record"), spoken) as recording:
            try:
                draft = await studio.draft(recording, name, language)
            except Refused:
                refused = ("prompt-take-refused",)
                continue
            refused = ()
            try:
                key = await _judged(leg, draft, spoken)
                if key == KEEP:
                    await studio.keep(draft, by)
                    return ("prompt-saved",)
                if key != AGAIN:
                    return ("prompt-not-saved",)
            finally:
                await studio.drop(recording, draft)
    return ("prompt-not-saved",)


async def _which(leg: Leg, studio: Studio, spoken: Language) -> str | None:
    unknown: Words = ()
    for _ in range(TRIES):
        prompts = (*unknown, "prompt-which-number")
        number = await ask_digits(leg, prompts, spoken, longest=LONGEST_NUMBER)
        if number and (name := await studio.named(number)) is not None:
            return name
        unknown = ("prompt-not-known",) if number else ()
    return None


@asynccontextmanager
async def _take(leg: Leg, studio: Studio, prompts: Words, spoken: Language) -> AsyncIterator[str]:
    recording = studio.next_recording()
    await leg.play((*prompts, "beep"), spoken)
    try:
        await leg.record(recording, longest=LONGEST)
        yield recording
    finally:
        await studio.drop(recording, None)


async def _judged(leg: Leg, draft: Draft, spoken: Language) -> str:
    await leg.play((draft.played_as,), draft.language, until_key=True)
    key = END
    while key == END:  # pressed twice to end the recording
        key = await leg.ask(("prompt-keep-or-again",), spoken, within=WITHIN)
    return key
