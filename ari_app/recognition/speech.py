"""An engine made into what flows listen with: frames in, beginnings and phrases out."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Collection, Sequence

from ari_app.domain.errors import Unavailable
from ari_app.domain.listening import SpeechEvent, Understood
from ari_app.recognition.endpoint import Edge, Endpointer
from ari_app.recognition.engine import Engine

log = logging.getLogger(__name__)


class Listener:
    """One question to one caller."""

    def __init__(self, engine: Engine, language: str, phrases: Sequence[str]) -> None:
        self._engine = engine
        self._language = language
        self._phrases = phrases
        self._ends = Endpointer()
        self._events: asyncio.Queue[Understood | Unavailable] = asyncio.Queue()
        self._judging: set[asyncio.Task[None]] = set()

    def feed(self, frame: bytes) -> None:
        match self._ends.feed(frame):
            case Edge.BEGAN:
                self._events.put_nowait(Understood(SpeechEvent.BEGAN))
            case Edge.ENDED:
                task = asyncio.create_task(self._judge(self._ends.taken), name="recognition")
                self._judging.add(task)
                task.add_done_callback(self._judging.discard)

    async def next(self) -> Understood:
        event = await self._events.get()
        if isinstance(event, Unavailable):
            raise event
        return event

    async def _judge(self, audio: bytes) -> None:
        try:
            found = await self._engine.judge(self._language, self._phrases, audio)
        except Unavailable as error:
            self._events.put_nowait(error)
        else:
            self._events.put_nowait(found)

    async def close(self) -> None:
        tasks = tuple(self._judging)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


class Speech:
    """As ports.Speech."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._warming: asyncio.Task[None] | None = None

    @property
    def languages(self) -> Collection[str]:
        return self._engine.languages

    @contextlib.asynccontextmanager
    async def listen(self, language: str, phrases: Sequence[str]) -> AsyncIterator[Listener]:
        if self._warming is None or self._warming.done():
            self._warming = asyncio.create_task(self._warm_up(), name="recognition warms up")
        listener = Listener(self._engine, language, phrases)
        try:
            yield listener
        finally:
            await listener.close()

    async def _warm_up(self) -> None:
        """While the caller hears the question; whoever listens next is served by it as well."""
        try:
            await self._engine.warm_up()
        except Unavailable as error:  # whoever speaks is told
            log.warning("%s", error)
