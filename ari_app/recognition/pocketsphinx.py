"""pocketsphinx as a recognition engine: English, in a process of its own.

The process is started for the first caller who is listened to and ends with ours, whose end of the
pipe it reads. One judges at a time and few wait: a caller who would wait for longer presses a key.
"""

import asyncio
import contextlib
import importlib.util
import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import msgspec

from ari_app.domain.errors import Unavailable
from ari_app.domain.listening import SpeechEvent, Understood
from ari_app.recognition.wire import Judged, Question, packed

SECONDS: Final = 6.0  # for one utterance
START_SECONDS: Final = 20.0  # the model is read from disk
MOST_WAITING: Final = 6
LANGUAGE: Final = "en"
WORKER: Final = "ari_app.recognition.pocketsphinx_worker"


class Pocketsphinx:
    def __init__(self, worker: str = WORKER) -> None:
        """Args: worker: the module that judges."""
        self._worker = worker
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._model = _model_folder()

    @property
    def languages(self) -> Collection[str]:
        return (LANGUAGE,) if self._model else ()

    def unknown_words(self, language: str, phrases: Sequence[str]) -> Sequence[str]:
        wanted = {word for phrase in phrases for word in phrase.lower().split()}
        if language != LANGUAGE or not self._model or not wanted:
            return ()
        with (self._model / "cmudict-en-us.dict").open(encoding="utf-8") as dictionary:
            for line in dictionary:
                wanted.discard(line.partition(" ")[0])
        return sorted(wanted)

    async def judge(self, language: str, phrases: Sequence[str], audio: bytes) -> Understood:
        if language not in self.languages:
            raise Unavailable(f"no engine here understands {language}")
        question = Question(tuple(phrase.lower() for phrase in phrases), len(audio))
        found = await self._ask(question, audio, SECONDS)
        spoken = {phrase.lower(): phrase for phrase in phrases}
        return Understood(SpeechEvent.FINAL, spoken.get(found.phrase, ""), found.confidence)

    async def warm_up(self) -> None:
        if self.languages and not self._is_running:
            await self._ask(Question(("yes", "no"), 0), b"", START_SECONDS)

    @property
    def _is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def close(self) -> None:
        if (process := self._process) is not None:
            self._process = None
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ask(self, question: Question, audio: bytes, seconds: float) -> Judged:
        if self._waiting >= MOST_WAITING:
            raise Unavailable("speech recognition: too many callers speak at once")
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds), self._turn:
                return await self._asked(question, audio)
        except TimeoutError as error:
            raise Unavailable(f"speech recognition: no answer in {seconds:g} s") from error
        finally:
            self._waiting -= 1

    async def _asked(self, question: Question, audio: bytes) -> Judged:
        """Whoever is interrupted here leaves a process that would answer the wrong question."""
        is_done = False
        try:
            process = await self._running()
            assert process.stdin
            assert process.stdout
            process.stdin.write(packed(question) + audio)
            await process.stdin.drain()
            found = msgspec.json.decode(await process.stdout.readline(), type=Judged)
            is_done = True
        except (OSError, msgspec.DecodeError) as error:
            raise Unavailable(f"speech recognition: its process ended ({error})") from error
        finally:
            if not is_done:
                await self.close()
        if found.problem:
            raise Unavailable(f"speech recognition: {found.problem}")
        return found

    async def _running(self) -> asyncio.subprocess.Process:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._worker),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
        return process


def _model_folder() -> Path | None:
    found = importlib.util.find_spec("pocketsphinx")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "model" / "en-us"
    return folder if folder.is_dir() else None
