from pathlib import Path

import numpy as np
import pytest

from ari_app.sounds.audio import (
    active_level,
    cut,
    decode,
    encode,
    gain_for,
    load,
    measure,
    speech_edges,
)
from ari_app.sounds.trouble import CannotSpeak
from tests.unit.sounds.speakers import hum, sound_file


def test_the_level_of_speech_does_not_depend_on_its_pauses() -> None:
    tight, loose = hum(1, 8000), hum(1, 8000, silence=2)

    assert active_level(tight, 8000) == pytest.approx(active_level(loose, 8000), abs=0.1)


def test_silence_has_no_level_and_is_not_amplified() -> None:
    silence = np.zeros(800, dtype=np.float32)

    assert active_level(silence, 8000) == -120
    assert gain_for(silence, 8000) == 1


def test_an_empty_sound_can_be_measured() -> None:
    assert measure(np.zeros(0, dtype=np.float32), 8000).seconds == 0


@pytest.mark.parametrize("peak", [0.001, 0.1, 1.0])
def test_quiet_and_loud_speech_are_brought_to_the_same_level(peak: float) -> None:
    samples = hum(1, 8000, peak)

    assert active_level(samples * gain_for(samples, 8000), 8000) == pytest.approx(-20, abs=0.1)


def test_a_single_peak_is_never_pushed_over_the_ceiling() -> None:
    samples = hum(1, 8000, 0.02)
    samples[4000] = 0.9

    assert measure(samples * gain_for(samples, 8000), 8000).peak <= -1


def test_the_edges_of_speech_are_found() -> None:
    start, end = speech_edges(hum(0.5, 8000, silence=0.3), 8000)

    assert start == pytest.approx(0.3, abs=0.02)
    assert end == pytest.approx(0.8, abs=0.02)


def test_a_cut_beyond_the_ends_is_filled_with_silence() -> None:
    part = cut(hum(0.1, 8000), 8000, -0.05, 0.25)

    assert len(part) == 2400
    assert not part[:400].any()
    assert not part[-1200:].any()


@pytest.mark.parametrize("suffix", [".alaw", ".sln16"])
def test_what_is_encoded_can_be_loaded_again(suffix: str, tmp_path: Path) -> None:
    samples = hum(0.2, 8000)
    (tmp_path / f"x{suffix}").write_bytes(encode(samples, suffix))

    loaded, _ = load(tmp_path / f"x{suffix}")

    assert np.max(np.abs(loaded - samples)) < 0.02


def test_files_have_no_header_and_a_byte_or_two_a_sample() -> None:
    samples = hum(0.1, 8000)

    assert len(encode(samples, ".alaw")) == 800
    assert len(encode(samples, ".sln16")) == 1600


def test_silence_in_a_law_is_its_quietest_step() -> None:
    assert set(encode(np.zeros(3, dtype=np.float32), ".alaw")) <= {0xD5, 0x55}


@pytest.mark.parametrize("data", [b"", b"not a sound", sound_file(hum(0, 8000), 8000)])
def test_a_file_without_sound_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(CannotSpeak, match=r"again"):
        decode(data)
