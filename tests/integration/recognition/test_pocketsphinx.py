"""Real pocketsphinx on what a real synthetic voice says over a telephone line."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from ari_app.domain.alaw import linear
from ari_app.domain.errors import Unavailable
from ari_app.lab.mouth import alaw
from ari_app.recognition import pocketsphinx
from ari_app.recognition.pocketsphinx import Pocketsphinx
from ari_app.sounds.audio import decode
from ari_app.sounds.engine import Voice
from ari_app.sounds.espeak import Espeak
from ari_app.sounds.resample import resample

PHRASES = ("support", "technical support", "orders", "leave a message", "operator", "billing")
VOICES = ("en-us", "en-gb", "en-us+f3", "en-us+m3")
STRANGE = ("good morning", "the weather is nice", "how are you today", "cucumber")
SURE = 0.35  # as the node type has it


def spoken(text: str, voice: str) -> bytes:
    """As it comes from a telephone: A-law, 8 kHz, made linear again."""
    samples, rate = decode(Espeak().speak(text, Voice(voice, 155, 50)))
    narrow = resample(samples, rate, 8_000)
    narrow = np.concatenate([np.zeros(2_000), narrow / np.max(np.abs(narrow)) * 0.3])
    return linear(alaw(narrow.astype(np.float32))).tobytes()


@pytest.fixture
async def engine() -> AsyncIterator[Pocketsphinx]:
    engine = Pocketsphinx()
    await engine.warm_up()
    try:
        yield engine
    finally:
        await engine.close()


async def test_phrases_are_understood_and_others_mostly_refused(engine: Pocketsphinx) -> None:
    right = wrong = refused = 0
    for phrase in PHRASES:
        for voice in VOICES:
            found = await engine.judge("en", PHRASES, spoken(phrase, voice))
            sure = found.confidence >= SURE
            right += sure and found.phrase == phrase
            wrong += sure and found.phrase != phrase
    for phrase in STRANGE:
        for voice in VOICES:
            found = await engine.judge("en", PHRASES, spoken(phrase, voice))
            refused += found.confidence < SURE

    said, strange = len(PHRASES) * len(VOICES), len(STRANGE) * len(VOICES)
    story = f"understood {right} of {said}, wrongly {wrong}; refused {refused} of {strange}"
    assert right >= said * 0.75, story
    assert wrong <= said * 0.1, story
    assert refused >= strange * 0.6, story


async def test_silence_is_no_phrase(engine: Pocketsphinx) -> None:
    assert (await engine.judge("en", ("yes", "no"), bytes(16_000))).confidence < SURE


async def test_a_process_that_dies_is_started_again(engine: Pocketsphinx) -> None:
    process = engine._process
    assert process is not None
    process.kill()
    await process.wait()

    assert (await engine.judge("en", ("operator",), spoken("operator", "en-us"))).phrase


async def test_a_word_the_dictionary_lacks_is_said_and_breaks_only_its_question(
    engine: Pocketsphinx,
) -> None:
    assert engine.unknown_words("en", ("technical support", "xyzzyq help")) == ["xyzzyq"]
    with pytest.raises(Unavailable):
        await engine.judge("en", ("xyzzyq",), bytes(16_000))

    assert await engine.judge("en", ("yes", "no"), spoken("yes", "en-us"))


async def test_a_process_that_hangs_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hangs.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(pocketsphinx, "SECONDS", 0.5)
    engine = Pocketsphinx("hangs")

    questions = [engine.judge("en", ("yes",), bytes(320)) for _ in range(10)]
    answers = await asyncio.gather(*questions, return_exceptions=True)

    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert any("too many" in str(answer) for answer in answers)
    assert engine._process is None


async def test_chinese_is_not_understood(engine: Pocketsphinx) -> None:
    with pytest.raises(Unavailable):
        await engine.judge("zh", ("订单",), bytes(320))
