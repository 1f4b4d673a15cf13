import numpy as np
import pytest

from ari_app.domain.tones import (
    SILENCE_DBFS,
    Floats,
    Samples,
    present_tones,
    segments,
    tone_level,
)

RATE = 8000
NOTHING = np.zeros(0, np.int16)
CANDIDATES = (440.0, 620.0, 850.0, 1000.0, 1230.0)


def a_tone(hz: float, seconds: float, dbfs: float = -20.0) -> Floats:
    at = np.arange(round(seconds * RATE)) / RATE
    tone: Floats = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * at)
    return tone


def silence(seconds: float) -> Floats:
    return np.zeros(round(seconds * RATE))


def a_voice(seconds: float, dbfs: float = -16.0) -> Floats:
    """Speech-like: harmonics of a gliding pitch in syllables, with some breath."""
    at = np.arange(round(seconds * RATE)) / RATE
    pitch = 130 + 25 * np.sin(2 * np.pi * 1.3 * at) + 12 * np.sin(2 * np.pi * 3.1 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    voice = np.sum([np.sin(k * phase) / k for k in range(1, 20)], axis=0)
    breath = np.random.default_rng(1).normal(0, 0.05, len(at))
    syllables = 0.55 - 0.45 * np.cos(2 * np.pi * 4 * at)
    sound = voice * syllables + breath
    level: Floats = sound / np.max(np.abs(sound)) * 10 ** (dbfs / 20)
    return level


def samples(*parts: Floats) -> Samples:
    return np.round(np.concatenate(parts) * 32_767).astype(np.int16)


@pytest.mark.parametrize("dbfs", [0.0, -6.0, -20.0, -40.0])
def test_the_level_of_a_tone_is_measured(dbfs: float) -> None:
    assert tone_level(samples(a_tone(440, 1, dbfs)), RATE, 440) == pytest.approx(dbfs, abs=0.2)


def test_another_tone_does_not_leak_into_the_level() -> None:
    heard = samples(a_tone(440, 1, -3))

    assert tone_level(heard, RATE, 480) < -60
    assert tone_level(heard, RATE, 1000) < -70


def test_silence_and_nothing_have_no_level() -> None:
    assert tone_level(samples(silence(1)), RATE, 440) == SILENCE_DBFS
    assert tone_level(NOTHING, RATE, 440) == SILENCE_DBFS
    assert segments(NOTHING, RATE, 440) == []


@pytest.mark.parametrize("count", [1, 2, 3, 10, 160])
def test_a_few_samples_are_no_tone(count: int) -> None:
    assert present_tones(np.full(count, 20_000, np.int16), RATE, CANDIDATES) == set()


def test_the_tones_in_a_mixture_are_named() -> None:
    mixture = a_tone(440, 2, -20) + a_tone(1000, 2, -26) + a_tone(1230, 2, -23)

    assert present_tones(samples(mixture), RATE, CANDIDATES) == {440, 1000, 1230}


def test_a_tone_is_found_under_speech() -> None:
    heard = samples(a_tone(850, 4, -24) + a_voice(4, -16))

    assert present_tones(heard, RATE, CANDIDATES) == {850}


def test_speech_alone_holds_no_tone() -> None:
    assert present_tones(samples(a_voice(10)), RATE, CANDIDATES) == set()


def test_noise_alone_holds_no_tone() -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, 10 * RATE)

    assert present_tones(samples(noise), RATE, CANDIDATES) == set()


def test_a_tone_through_a_law_codec_is_found() -> None:
    heard = samples(a_tone(620, 1, -20)) // 256 * 256  # coarser than any G.711 step at this level

    assert present_tones(heard.astype(np.int16), RATE, CANDIDATES) == {620}


def test_a_short_beep_is_not_present() -> None:
    assert present_tones(samples(silence(1), a_tone(440, 0.2), silence(1)), RATE, [440]) == set()


def test_segments_tell_when_a_tone_sounded() -> None:
    heard = samples(
        *(silence(0.5), a_tone(440, 1.0), a_tone(1000, 0.7), a_tone(440, 2.0), silence(1))
    )

    found = segments(heard, RATE, 440)

    assert np.array(found) == pytest.approx(np.array([(0.5, 1.5), (2.2, 4.2)]), abs=0.05)


def test_a_tone_from_end_to_end_is_one_segment() -> None:
    assert segments(samples(a_tone(440, 1.5)), RATE, 440) == [(0.0, 1.5)]


def test_a_gap_of_one_packet_does_not_split_a_segment() -> None:
    heard = samples(a_tone(440, 1.0), silence(0.02), a_tone(440, 1.0))

    assert len(segments(heard, RATE, 440)) == 1


def test_a_gap_of_half_a_second_splits_it() -> None:
    heard = samples(a_tone(440, 1.0), silence(0.5), a_tone(440, 1.0))

    assert len(segments(heard, RATE, 440)) == 2
