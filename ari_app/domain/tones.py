"""Finds steady tones in recorded audio, to prove who was heard by whom and when.

Goertzel's idea, one bin of a Fourier transform at exactly the wanted frequency, over many windows
of a recording at once. Levels are dBFS: 0 is a full-scale sine wave in 16-bit samples.
Tones to be told apart lie at least 40 Hz from each other.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float64]

WINDOW_SECONDS = 0.16
HOP_SECONDS = 0.02
FLOOR_DBFS = -50.0
SILENCE_DBFS = -120.0

# A tone holds a share of its window's energy and stands out from what lies just beside it.
# A voice that happens to sing the note fails one of the two within a few windows.
_SHARE = 0.04
_PROMINENCE = 4.0  # ratio of amplitudes
_BESIDE_BINS = 3.0  # just outside the main lobe of a Hann window
_BRIDGED_HOPS = 5  # a syllable over the tone may hide it this long
_BATCH = 512  # windows at a time, so that an hour of audio needs little memory


def tone_level(samples: Samples, rate: int, hz: float) -> float:
    """The tone's mean level in dBFS over all samples; SILENCE_DBFS where there is none."""
    powers = [_amplitudes(batch, rate, hz) ** 2 for batch in _windows(samples, rate)]
    if not powers:
        return SILENCE_DBFS
    return float(_dbfs(np.sqrt(np.mean(np.concatenate(powers)))))


def segments(
    samples: Samples,
    rate: int,
    hz: float,
    *,
    floor_dbfs: float = FLOOR_DBFS,
    shortest: float = 0.2,
) -> list[tuple[float, float]]:
    """Where the tone sounds: (start, end) in seconds, right to about 50 ms.

    Interruptions under 0.1 s are bridged; stretches under `shortest` seconds are left out.
    """
    batches = [_holds_tone(batch, rate, hz, floor_dbfs) for batch in _windows(samples, rate)]
    if not batches:
        return []
    holds = np.concatenate(batches)
    middle = _window_length(samples, rate) / rate / 2
    found = [
        (
            first * HOP_SECONDS + middle if first else 0.0,
            last * HOP_SECONDS + middle if last < len(holds) - 1 else len(samples) / rate,
        )
        for first, last in _runs(holds)
    ]
    return [(start, end) for start, end in found if end - start >= shortest - 2 * HOP_SECONDS]


def present_tones(
    samples: Samples,
    rate: int,
    candidates: Iterable[float],
    *,
    floor_dbfs: float = FLOOR_DBFS,
    shortest: float = 0.4,
) -> set[float]:
    """Which of the candidates sound for at least `shortest` seconds on end."""
    return {
        hz
        for hz in candidates
        if segments(samples, rate, hz, floor_dbfs=floor_dbfs, shortest=shortest)
    }


def _window_length(samples: Samples, rate: int) -> int:
    return min(round(rate * WINDOW_SECONDS), len(samples))


def _windows(samples: Samples, rate: int) -> Iterator[Floats]:
    """Overlapping windows as rows in -1..1, some at a time; one shorter row if audio is short."""
    if not len(samples):
        return
    view = np.lib.stride_tricks.sliding_window_view(samples, _window_length(samples, rate))
    view = view[:: max(round(rate * HOP_SECONDS), 1)]
    for at in range(0, len(view), _BATCH):
        yield view[at : at + _BATCH] / 32_768.0


def _amplitudes(windows: Floats, rate: int, hz: float) -> Floats:
    """The sine wave's amplitude in each window, 1.0 at full scale."""
    length = windows.shape[1]
    hann = _hann(length)
    turns = np.exp(-2j * np.pi * hz / rate * np.arange(length)) * hann
    sums = windows @ np.column_stack((turns.real, turns.imag))
    amplitude: Floats = np.hypot(sums[:, 0], sums[:, 1]) * (2.0 / hann.sum())
    return amplitude


def _hann(length: int) -> Floats:
    return np.hanning(length + 2)[1:-1]


def _holds_tone(windows: Floats, rate: int, hz: float, floor_dbfs: float) -> npt.NDArray[np.bool_]:
    beside = _BESIDE_BINS * rate / windows.shape[1]
    amplitude = _amplitudes(windows, rate, hz)
    below = _amplitudes(windows, rate, hz - beside)
    above = _amplitudes(windows, rate, hz + beside)
    weight = _hann(windows.shape[1]) ** 2
    energy = windows**2 @ weight
    is_loud = _dbfs(amplitude) >= floor_dbfs
    has_share = amplitude**2 / 2 * weight.sum() >= _SHARE * energy
    stands_out = amplitude >= _PROMINENCE * np.maximum(below, above)
    holds: npt.NDArray[np.bool_] = is_loud & has_share & stands_out
    return holds


def _runs(holds: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last index of each stretch, over interruptions of a few windows."""
    at = np.flatnonzero(holds)
    if not len(at):
        return
    breaks = np.flatnonzero(np.diff(at) > _BRIDGED_HOPS)
    firsts, lasts = at[np.r_[0, breaks + 1]], at[np.r_[breaks, len(at) - 1]]
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)


def _dbfs(amplitude: Floats) -> Floats:
    floor = 10 ** (SILENCE_DBFS / 20)
    level: Floats = 20 * np.log10(np.maximum(amplitude, floor))
    return level
