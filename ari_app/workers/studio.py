"""Recordings by phone become prompts: processed beside the loop, tried out, kept, audited."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from ari_app.domain.errors import Unavailable
from ari_app.domain.speech import Language
from ari_app.domain.speech.manifest import Kind, Manifest, read_manifest
from ari_app.flows.record_prompt import Draft, Refused
from ari_app.ports import Clock
from ari_app.sounds.accept import Accepted, accept
from ari_app.sounds.publish import TRIED, publish_one, withdraw
from ari_app.sounds.takes import Take, Takes
from ari_app.sounds.trouble import CannotSpeak
from ari_app.store import prompt_numbers, trail
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

T = TypeVar("T")
FOLDER = "prompts"  # below Asterisk's folder of recordings


@dataclass(frozen=True, slots=True)
class Places:
    """`recordings`: where Asterisk records; `sounds`: where it plays from."""

    recordings: Path
    sounds: Path
    takes: Path
    manifest: Path


class PromptStudio:
    def __init__(self, ask: Ask, clock: Clock, places: Places) -> None:
        self._ask = ask
        self._clock = clock
        self._places = places
        self._takes = Takes(places.takes)
        self._accepted: dict[str, Accepted] = {}
        # One thread: a recording is worked on in a second, and callers come first.
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="prompt")

    async def named(self, number: str) -> str | None:
        manifest = await self._beside(self._manifest)
        names = [prompt.name for prompt in manifest.prompts if prompt.kind is Kind.PROMPT]
        known = await self._ask(lambda db: prompt_numbers.numbers(db, list(dict.fromkeys(names))))
        return next((name for name, its in known.items() if str(its) == number), None)

    def next_recording(self) -> str:
        return f"{FOLDER}/{uuid4()}"

    async def draft(self, recording: str, name: str, language: Language) -> Draft:
        draft = Draft(name, language, f"{TRIED}{recording.rpartition('/')[2]}")
        try:
            accepted = await self._beside(lambda: self._prepare(recording, draft))
        except CannotSpeak as error:
            log.info("a recording was refused: %s", error, extra={"prompt": name})
            raise Refused(str(error)) from error
        self._accepted[draft.played_as] = accepted
        return draft

    async def keep(self, draft: Draft, by: str) -> None:
        accepted = self._accepted[draft.played_as]
        take = Take(
            draft.name,
            draft.language,
            0,
            by,
            self._clock.now(),
            "phone",
            accepted.seconds,
            accepted.level,
        )
        # Written down first: nothing is changed unseen.
        await self._ask(
            lambda db: trail.note(
                db,
                who=by,
                action="prompt_recorded",
                object=f"prompt {draft.language}/{draft.name}",
                detail={"seconds": take.seconds, "level": take.level},
            )
        )
        await self._beside(lambda: self._put(take, accepted))
        log.info("prompt recorded", extra={"prompt": f"{draft.language}/{draft.name}", "by": by})

    async def drop(self, recording: str, draft: Draft | None) -> None:
        if draft is not None:
            self._accepted.pop(draft.played_as, None)
        await self._beside(lambda: self._forget(recording, draft))

    def _prepare(self, recording: str, draft: Draft) -> Accepted:
        path = self._recorded(recording)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            data = b""
        accepted = accept(data, self._manifest().silence[Kind.PROMPT])
        publish_one(accepted.files, self._places.sounds, draft.language, draft.played_as)
        return accepted

    def _put(self, take: Take, accepted: Accepted) -> None:
        self._takes.keep(take, accepted.files)
        publish_one(accepted.files, self._places.sounds, take.language, take.name)

    def _forget(self, recording: str, draft: Draft | None) -> None:
        self._recorded(recording).unlink(missing_ok=True)
        if draft is not None:
            withdraw(self._places.sounds, draft.language, draft.played_as)

    def _recorded(self, recording: str) -> Path:
        return self._places.recordings / f"{recording}.wav"

    def _manifest(self) -> Manifest:
        return read_manifest(self._places.manifest.read_text(encoding="utf-8"))

    async def _beside(self, work: Callable[[], T]) -> T:
        """Raises: Unavailable when the disk is the trouble."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._slow, work)
        except OSError as error:
            raise Unavailable(f"prompts: {error}") from error
