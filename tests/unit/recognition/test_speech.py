import asyncio
from collections.abc import Collection, Sequence

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.domain.listening import SpeechEvent, Understood
from ari_app.recognition.speech import Speech
from tests.unit.recognition.test_endpoint import noise


class Slow:
    """An engine that takes a second, or breaks."""

    def __init__(self, *, broken: bool = False) -> None:
        self.judged: list[bytes] = []
        self.warmed, self.cold = 0, 0.0
        self._broken = broken

    @property
    def languages(self) -> Collection[str]:
        return ("en",)

    def unknown_words(self, language: str, phrases: Sequence[str]) -> Sequence[str]:
        return ()

    async def judge(self, language: str, phrases: Sequence[str], audio: bytes) -> Understood:
        await asyncio.sleep(1)
        if self._broken:
            raise Unavailable("dead")
        self.judged.append(audio)
        return Understood(SpeechEvent.FINAL, phrases[0], 0.7)

    async def warm_up(self) -> None:
        self.warmed += 1
        await asyncio.sleep(self.cold)
        if self._broken:
            raise Unavailable("no model")


WORD = noise(1, -65) + noise(0.6, -20) + noise(1.5, -65)


def frames(audio: bytes) -> list[bytes]:
    return [audio[at : at + 320] for at in range(0, len(audio), 320)]


async def test_a_beginning_is_told_at_once_and_the_phrase_when_it_is_judged() -> None:
    engine = Slow()
    async with Speech(engine).listen("en", ("yes",)) as listener:
        for frame in frames(WORD):
            listener.feed(frame)

        assert (await listener.next()).event is SpeechEvent.BEGAN
        assert await listener.next() == Understood(SpeechEvent.FINAL, "yes", 0.7)
    assert len(engine.judged) == 1


async def test_an_engine_that_breaks_is_felt_by_who_waits() -> None:
    async with Speech(Slow(broken=True)).listen("en", ("yes",)) as listener:
        for frame in frames(WORD):
            listener.feed(frame)
        await listener.next()

        with pytest.raises(Unavailable):
            await listener.next()


async def test_nothing_is_judged_any_more_once_nobody_listens() -> None:
    engine = Slow()
    async with Speech(engine).listen("en", ("yes",)) as listener:
        for frame in frames(WORD):
            listener.feed(frame)

    await asyncio.sleep(5)
    assert engine.judged == []


@pytest.mark.parametrize("broken", [False, True])
async def test_the_engine_warms_up_while_the_first_question_is_heard(broken: bool) -> None:
    engine = Slow(broken=broken)
    engine.cold, speech = 2.0, Speech(engine)

    async with speech.listen("en", ("yes",)), speech.listen("en", ("no",)):
        await asyncio.sleep(0.5)
        assert engine.warmed == 1
    await asyncio.sleep(3)
    async with speech.listen("en", ("yes",)):
        await asyncio.sleep(0.5)
    assert engine.warmed == 2  # which a running engine has done at once
    await asyncio.sleep(3)
