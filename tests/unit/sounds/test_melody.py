import numpy as np
import pytest

from ari_app.sounds import melody
from ari_app.sounds.audio import Samples, measure

WINDOW_SECONDS = 0.25


@pytest.fixture(scope="module")
def music() -> Samples:
    return melody.sampled(8000)


def purity(samples: Samples, rate: int) -> list[float]:
    """For each quarter of a second: the share of its power within 25 Hz of its strongest tone."""
    size = round(WINDOW_SECONDS * rate)
    frames = samples[: len(samples) // size * size].reshape(-1, size) * np.hanning(size)
    power = np.abs(np.fft.rfft(frames)) ** 2
    near = round(25 * WINDOW_SECONDS)
    return [
        float(row[max(0, row.argmax() - near) : row.argmax() + near + 1].sum() / row.sum())
        for row in power
    ]


def longest_run(values: list[float], above: float) -> int:
    longest = now = 0
    for value in values:
        now = now + 1 if value > above else 0
        longest = max(longest, now)
    return longest


def test_music_lasts_half_a_minute_at_a_level_below_speech(music: Samples) -> None:
    measured = measure(music, 8000)

    assert measured.seconds == pytest.approx(30, abs=0.1)
    assert measured.level == pytest.approx(-26, abs=0.2)
    assert measured.peak < -9


def test_no_frequency_stands_alone_for_half_a_second(music: Samples) -> None:
    assert longest_run(purity(music, 8000), above=0.8) < 2


def test_a_test_tone_would_not_pass_as_music() -> None:
    time = np.arange(8000 * 3) / 8000
    tone = np.sin(2 * np.pi * 440 * time).astype(np.float32)

    assert longest_run(purity(tone, 8000), above=0.8) == 12


def test_the_end_rings_into_the_beginning(music: Samples) -> None:
    steps = np.abs(np.diff(music))

    assert abs(music[0] - music[-1]) <= steps.max()
