"""The installed espeak-ng: set-up brings it, so these tests need it."""

import re

import pytest

from ari_app.sounds.audio import decode, measure
from ari_app.sounds.engine import Voice
from ari_app.sounds.espeak import PROBE, Espeak
from ari_app.sounds.pronunciation import mandarin_faults
from ari_app.sounds.trouble import CannotSpeak

VOICES = ("cmn", "cmn-latn-pinyin")


def is_repaired(version: str) -> bool:
    return tuple(map(int, re.findall(r"\d+", version)[:2])) >= (1, 52)


def test_the_voice_that_is_picked_reads_chinese_as_chinese() -> None:
    engine = Espeak()

    voice = engine.pick_voice("zh", VOICES)

    assert mandarin_faults(PROBE, engine.phonemes(PROBE, voice)) == []
    assert voice == ("cmn" if is_repaired(engine.version) else "cmn-latn-pinyin")


def test_the_plain_voice_before_1_52_fails_the_same_check() -> None:
    engine = Espeak()
    if is_repaired(engine.version):
        pytest.skip("this espeak-ng reads tones properly with every voice")

    faults = mandarin_faults(PROBE, engine.phonemes(PROBE, "cmn"))

    assert "read as another language: (en)" in faults
    with pytest.raises(CannotSpeak, match="no voice for zh among cmn"):
        engine.pick_voice("zh", ["cmn"])


def test_the_plain_voice_before_1_52_takes_longer_for_the_tones_it_reads_out() -> None:
    engine = Espeak()
    if is_repaired(engine.version):
        pytest.skip("this espeak-ng reads tones properly with every voice")
    text = "欢迎致电客户服务热线"

    plain, pinyin = (
        measure(*decode(engine.speak(text, Voice(name, 180, 50)))).seconds for name in VOICES
    )

    assert plain > pinyin * 1.2


@pytest.mark.parametrize("voice", VOICES)
def test_many_texts_are_read_in_one_run_as_each_alone(voice: str) -> None:
    engine, texts = Espeak(), ["您好，请按1。", "一", "再见！"]

    together = [each.split() for each in engine.phonemes_of(texts, voice)]

    assert together == [engine.phonemes(text, voice).split() for text in texts]


def test_speed_is_heard() -> None:
    engine = Espeak()

    slow, fast = (
        measure(*decode(engine.speak("Good morning", Voice("en-us", speed, 50)))).seconds
        for speed in (120, 240)
    )

    assert slow > fast * 1.5


def test_a_voice_that_is_not_there_is_named() -> None:
    with pytest.raises(CannotSpeak, match="espeak-ng"):
        Espeak().speak("hello", Voice("klingon-opera", 150, 50))


def test_text_that_looks_like_an_option_is_only_text() -> None:
    assert decode(Espeak().speak("--version", Voice("en-us", 150, 50)))[0].size
