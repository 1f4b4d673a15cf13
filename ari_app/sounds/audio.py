"""Speech as arrays: its level, its edges, and to and from files.

Samples are mono float32 between -1 and 1. Levels are dBFS: 0 is the loudest sample there is.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from ari_app.domain.later import Later
from ari_app.sounds.formats import RATES, SUBTYPES
from ari_app.sounds.trouble import CannotSpeak

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import soundfile
else:
    np = Later("numpy")
    soundfile = Later("soundfile")

Samples: TypeAlias = "npt.NDArray[np.float32]"

SPEECH_LEVEL: Final = -20.0
CEILING: Final = -1.5  # half a decibel of room below the limit of -1 for A-law's steps
QUIETEST: Final = -120.0
FRAME_SECONDS: Final = 0.02
ACTIVE_RANGE: Final = 30.0  # frames this far below the loudest one are pauses
EDGE_LEVEL: Final = -45.0  # speech starts and ends where it passes this
FADE_SECONDS: Final = 0.005


@dataclass(frozen=True, slots=True)
class Measured:
    """Length in seconds, level of the parts that are speech, highest sample."""

    seconds: float
    level: float
    peak: float


def decibels(amplitude: float) -> float:
    return 20 * float(np.log10(amplitude)) if amplitude > 0 else QUIETEST


def measure(samples: Samples, rate: int) -> Measured:
    peak = float(np.max(np.abs(samples), initial=0.0))
    return Measured(len(samples) / rate, active_level(samples, rate), decibels(peak))


def active_level(samples: Samples, rate: int) -> float:
    """RMS of speech without its pauses, so that a slow speaker is not made louder."""
    power = _frame_power(samples, rate)
    if not power.size or not power.max():
        return QUIETEST
    active = power[power > power.max() * 10 ** (-ACTIVE_RANGE / 10)]
    return decibels(float(np.sqrt(active.mean())))


def gain_for(samples: Samples, rate: int, level: float = SPEECH_LEVEL) -> float:
    """Factor that brings speech to its level, or less where a peak would pass the ceiling."""
    now = measure(samples, rate)
    if now.level <= QUIETEST:
        return 1.0
    return float(10 ** (min(level - now.level, CEILING - now.peak) / 20))


def speech_edges(samples: Samples, rate: int) -> tuple[float, float]:
    """Seconds from the start at which speech of normal level begins and ends."""
    power = _frame_power(samples, rate)
    loud = np.flatnonzero(power > 10 ** (EDGE_LEVEL / 10))
    if not loud.size:
        return 0.0, len(samples) / rate
    return float(loud[0]) * FRAME_SECONDS, float(loud[-1] + 1) * FRAME_SECONDS


def cut(samples: Samples, rate: int, start: float, end: float) -> Samples:
    """The part between two seconds, silence where it reaches beyond, edges faded."""
    first, last = round(start * rate), round(end * rate)
    before, after = max(0, -first), max(0, last - len(samples))
    part = np.pad(samples[max(0, first) : last], (before, after))
    return faded(part, rate)


def faded(samples: Samples, rate: int) -> Samples:
    """A soft start and end: no click."""
    size = min(round(FADE_SECONDS * rate), len(samples) // 2)
    shaped = samples.copy()
    if size:
        ramp = np.linspace(0, 1, size, dtype=np.float32)
        shaped[:size] *= ramp
        shaped[-size:] *= ramp[::-1]
    return shaped


def decode(data: bytes) -> tuple[Samples, int]:
    """Any file libsndfile reads, channels mixed. Raises CannotSpeak when it holds no sound."""
    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise CannotSpeak(f"not a sound file: {error}", "save it again as WAV or FLAC") from error
    if not samples.size:
        raise CannotSpeak("the sound file is empty", "record it again")
    return samples.mean(axis=1, dtype=np.float32), rate


def encode(samples: Samples, suffix: str) -> bytes:
    """Headerless A-law or 16-bit little-endian samples, by the suffix Asterisk knows them by."""
    out = io.BytesIO()
    subtype, rate = SUBTYPES[suffix], RATES[suffix]
    soundfile.write(out, samples, rate, subtype=subtype, format="RAW", endian="LITTLE")
    return out.getvalue()


def load(path: Path) -> tuple[Samples, int]:
    """A generated file; the suffix says what it holds."""
    rate = RATES[path.suffix]
    options = {"subtype": SUBTYPES[path.suffix], "format": "RAW", "endian": "LITTLE"}
    samples, _ = soundfile.read(path, samplerate=rate, channels=1, dtype="float32", **options)
    return samples, rate


def measure_linear(path: Path, rate: int = 8_000) -> Measured:
    """A published `.sln`: 16 bits in this machine's order."""
    samples = np.fromfile(path, dtype=np.int16).astype(np.float32) / np.float32(32_768)
    return measure(samples.astype(np.float32), rate)


def _frame_power(samples: Samples, rate: int) -> "npt.NDArray[np.float64]":
    """Mean square of each frame; a last frame that is not full is left out unless it is alone."""
    size = round(FRAME_SECONDS * rate)
    count = max(1, len(samples) // size)
    if len(samples) < size:
        samples = np.pad(samples, (0, size - len(samples)))
    frames = samples[: count * size].astype(np.float64).reshape(count, size)
    power: npt.NDArray[np.float64] = (frames**2).mean(axis=1)
    return power
