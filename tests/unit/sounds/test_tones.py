import numpy as np
import pytest

from ari_app.domain.speech.manifest import Tone
from ari_app.sounds import tones


def test_a_beep_is_a_quarter_second_of_a_thousand_hertz() -> None:
    beep = tones.sound(Tone("beep", 1000, 0.25))[".alaw"]

    assert len(beep) == 2000
    assert np.abs(np.fft.rfft(beep)).argmax() * 4 == pytest.approx(1000)
    assert beep[0] == beep[-1] == 0


def test_a_tone_without_a_frequency_is_silence() -> None:
    pause = tones.sound(Tone("pause", 0, 0.1))[".sln16"]

    assert len(pause) == 1600
    assert not pause.any()
