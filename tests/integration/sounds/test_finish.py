"""Recordings of every kind through sox to the files Asterisk plays."""

import numpy as np
import pytest

from ari_app.sounds.audio import decode, measure
from ari_app.sounds.make import finished
from tests.unit.sounds.speakers import hum, sound_file


@pytest.mark.parametrize("format", ["WAV", "FLAC", "OGG", "MP3"])
@pytest.mark.parametrize("rate", [8000, 44_100])
def test_a_stereo_recording_of_any_kind_is_finished_like_any_other(format: str, rate: int) -> None:
    samples = hum(0.5, rate, 0.05, silence=0.4)
    stereo = np.stack([samples, samples * 0.5], axis=1)

    sounds = finished(*decode(sound_file(stereo, rate, format)), (50, 150))

    narrow, wide = measure(sounds[".alaw"], 8000), measure(sounds[".sln16"], 16_000)
    assert narrow.level == pytest.approx(-20, abs=0.5)
    assert wide.level == pytest.approx(-20, abs=1)
    assert narrow.seconds == wide.seconds == pytest.approx(0.7, abs=0.07)
