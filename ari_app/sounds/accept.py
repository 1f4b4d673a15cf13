"""A recording by a person, as it came: is it a prompt, and what Asterisk plays of it.

Anybody may hand in anything: its size, length, rate and channels are looked at before it is
decoded, its level and its peaks after.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ari_app.domain.later import Later
from ari_app.sounds.audio import Samples, encode, measure
from ari_app.sounds.formats import NARROW
from ari_app.sounds.make import finished
from ari_app.sounds.trouble import CannotSpeak

if TYPE_CHECKING:
    import numpy as np
    import soundfile
else:
    np = Later("numpy")
    soundfile = Later("soundfile")

LARGEST: Final = 50_000_000  # bytes
LONGEST: Final = 180.0  # seconds
SHORTEST: Final = 0.15  # of speech
RATES: Final = (8_000, 192_000)
MOST_CHANNELS: Final = 8
SILENT: Final = -55.0  # dBFS of the loud parts, before anything is made louder
CUT_OFF: Final = 0.02  # share of samples at full scale
FULL: Final = 0.999


@dataclass(frozen=True, slots=True)
class Accepted:
    """`files` by suffix; seconds and level (dBFS of the spoken parts) of what callers hear."""

    files: Mapping[str, bytes]
    seconds: float
    level: float
    level_before: float


def accept(data: bytes, silence: tuple[int, int]) -> Accepted:
    """
    Args:
        silence: milliseconds before and after.

    Raises:
        CannotSpeak: why it cannot be a prompt, and what to do.
    """
    samples, rate = _read(data)
    before = measure(samples, rate)
    if before.level < SILENT:
        raise CannotSpeak(
            f"there is nothing to hear: {before.level:.0f} dBFS", "record it again, louder"
        )
    if float(np.mean(np.abs(samples) >= FULL)) > CUT_OFF:
        raise CannotSpeak("the loud parts are cut off", "record it again, less loud")
    sounds = finished(samples, rate, silence)
    after = measure(sounds[".alaw"], NARROW)
    speech = after.seconds - sum(silence) / 1000
    if speech < SHORTEST:
        raise CannotSpeak(f"only {max(0.0, speech):.2f} s of it are speech", "record it again")
    files = {suffix: encode(sound, suffix) for suffix, sound in sounds.items()}
    return Accepted(files, round(after.seconds, 2), round(after.level, 1), round(before.level, 1))


def _read(data: bytes) -> tuple[Samples, int]:
    if not data:
        raise CannotSpeak("the file is empty", "save the recording again")
    if len(data) > LARGEST:
        raise CannotSpeak(
            f"the file has {len(data) / 1e6:.0f} MB, at most {LARGEST / 1e6:.0f} are taken",
            "cut the recording to the prompt alone",
        )
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            _need_possible(file.samplerate, file.channels, file.frames)
            most = round(LONGEST * file.samplerate) + 1  # whatever its header says
            samples = file.read(most, dtype="float32", always_2d=True).mean(axis=1)
            rate = int(file.samplerate)
    except (soundfile.SoundFileError, ValueError, MemoryError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise CannotSpeak(
            f"not a sound file we can read ({why})", "save it as WAV, FLAC, OGG or MP3"
        ) from error
    if not samples.size:
        raise CannotSpeak("the sound file is empty", "record it again")
    if not np.isfinite(samples).all():
        raise CannotSpeak("it holds samples that are no numbers", "save it as 16-bit WAV")
    if len(samples) / rate > LONGEST:
        raise _too_long(len(samples) / rate)
    return np.asarray(samples, dtype=np.float32), rate


def _need_possible(rate: int, channels: int, frames: int) -> None:
    if not RATES[0] <= rate <= RATES[1]:
        raise CannotSpeak(f"its rate is {rate} Hz", f"save it with {RATES[0]} Hz or more")
    if channels > MOST_CHANNELS:
        raise CannotSpeak(f"it has {channels} channels", "save it in mono")
    if frames / rate > LONGEST:
        raise _too_long(frames / rate)


def _too_long(seconds: float) -> CannotSpeak:
    return CannotSpeak(
        f"it takes {seconds:.0f} s, a prompt at most {LONGEST:.0f}",
        "cut the recording to the prompt alone",
    )
