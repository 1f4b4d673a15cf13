"""What people hand in as a prompt, good and hostile, through libsndfile and sox."""

import io
import struct

import numpy as np
import pytest
import soundfile

from ari_app.sounds.accept import accept
from ari_app.sounds.trouble import CannotSpeak
from tests.unit.sounds.speakers import hum, sound_file

SILENCE = (50, 150)


@pytest.mark.parametrize("format", ["WAV", "FLAC", "OGG", "MP3"])
@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_common_formats_come_out_at_the_level_of_all_prompts(format: str, rate: int) -> None:
    quiet = hum(1.5, rate, peak=0.05, silence=0.6)

    found = accept(sound_file(quiet, rate, format), SILENCE)

    assert -21 < found.level < -19
    assert found.level_before < -30
    assert 1.5 < found.seconds < 1.9  # 0.2 s of silence stay
    assert len(found.files[".alaw"]) == pytest.approx(found.seconds * 8_000, abs=100)
    assert len(found.files[".sln16"]) == pytest.approx(found.seconds * 32_000, abs=400)


def stereo() -> bytes:
    out, one = io.BytesIO(), hum(1.0, 16_000)
    soundfile.write(out, np.stack([one, np.zeros_like(one)], axis=1), 16_000, format="WAV")
    return out.getvalue()


def test_one_side_of_a_stereo_file_is_enough() -> None:
    assert -21 < accept(stereo(), SILENCE).level < -19


def floats(value: float) -> bytes:
    out, samples = io.BytesIO(), hum(1.0, 8_000)
    samples[100] = value
    soundfile.write(out, samples, 8_000, format="WAV", subtype="FLOAT")
    return out.getvalue()


def lying(seconds: int) -> bytes:
    """A WAV that claims to be much longer than it is."""
    data = sound_file(hum(0.5, 8_000), 8_000)
    return data[:40] + struct.pack("<I", seconds * 16_000) + data[44:]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"MZ" + b"\0" * 5_000, "not a sound file"),
        ("订单查询与办理请按1".encode("gbk"), "not a sound file"),
        (b"RIFF" + b"\xff" * 300, "not a sound file"),
        (b"\0" * 50_000_001, "MB"),
        (sound_file(hum(0.0, 8_000), 8_000), "empty"),
        (sound_file(hum(181.0, 8_000), 8_000), "181 s"),
        (sound_file(np.zeros(16_000, np.float32), 8_000), "nothing to hear"),
        (sound_file(hum(1.0, 8_000, peak=0.0005), 8_000), "nothing to hear"),
        (sound_file(hum(0.05, 8_000, silence=0.5), 8_000), "speech"),
        (sound_file(np.clip(hum(1.0, 8_000) * 40, -1, 1), 8_000), "cut off"),
        (sound_file(hum(0.5, 4_000), 4_000), "4000 Hz"),
        (floats(float("nan")), "no numbers"),
        (floats(float("inf")), "no numbers"),
    ],
    ids=[
        *("empty", "program", "gbk", "broken wav", "huge", "no samples", "long", "silent"),
        *("quiet", "a click", "clipped", "slow", "nan", "inf"),
    ],
)
def test_what_cannot_be_a_prompt_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(CannotSpeak, match=why):
        accept(data, SILENCE)


def test_a_header_that_lies_about_the_length_does_no_harm() -> None:
    assert accept(lying(100_000), SILENCE).seconds < 1
