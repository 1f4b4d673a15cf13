"""Recognition that understands what a test says, when it says it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager

from ari_app.domain.errors import Unavailable
from ari_app.domain.listening import SpeechEvent, Understood

Said = tuple[float, Understood | None]  # seconds after the one before; None: the engine dies


def says(phrase: str, confidence: float = 0.9, after: float = 2.0) -> list[Said]:
    """Begins after so long, and is judged a second later."""
    final = Understood(SpeechEvent.FINAL, phrase, confidence)
    return [(after, Understood(SpeechEvent.BEGAN)), (1.0, final)]


class FakeSpeech:
    def __init__(self, said: Iterable[Said] = (), languages: Collection[str] = ("en",)) -> None:
        self.languages = languages
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.frames = 0
        self._said = iter(said)

    @asynccontextmanager
    async def listen(self, language: str, phrases: Sequence[str]) -> AsyncIterator["FakeSpeech"]:
        self.asked.append((language, tuple(phrases)))
        yield self

    def feed(self, frame: bytes) -> None:
        self.frames += 1

    async def next(self) -> Understood:
        seconds, said = next(self._said, (1e9, None))
        await asyncio.sleep(seconds)
        if said is None:
            raise Unavailable("the engine died")
        return said
