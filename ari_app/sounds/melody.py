"""Music on hold: a short tune in three-four time, composed here and free of anybody's rights.

Plucked notes over broken chords; each rings on beneath the next ones, so no single frequency
ever stands alone for long (which tone detectors, ours included, would take for a signal).
The end rings into the beginning: Asterisk plays it round and round.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ari_app.domain.later import Later
from ari_app.sounds.audio import Samples, active_level
from ari_app.sounds.formats import RATES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
else:
    np = Later("numpy")

LEVEL: Final = -26.0
BEAT: Final = 5 / 6  # seconds; 12 bars of 3 beats are 30 seconds
RING: Final = 2.6

# One bar each: the notes of the broken chord, then the tune above it, two eighths to a beat.
# MIDI note numbers; 0 lets the last note ring on.
BARS: Final = (
    ((48, 55, 60, 64), (76, 0, 79, 0, 81, 79)),
    ((45, 52, 57, 60), (76, 0, 74, 72, 0, 0)),
    ((41, 48, 57, 60), (69, 0, 72, 0, 74, 76)),
    ((43, 50, 55, 59), (74, 0, 0, 71, 0, 0)),
    ((48, 55, 60, 64), (72, 0, 76, 0, 79, 0)),
    ((45, 52, 57, 64), (81, 0, 79, 76, 0, 0)),
    ((50, 57, 62, 65), (77, 0, 74, 0, 69, 0)),
    ((43, 50, 59, 62), (74, 76, 0, 74, 0, 0)),
    ((41, 48, 57, 60), (72, 0, 69, 0, 72, 0)),
    ((43, 50, 55, 62), (74, 0, 79, 0, 77, 0)),
    ((45, 52, 60, 64), (76, 0, 72, 0, 69, 71)),
    ((48, 55, 60, 64), (72, 0, 0, 67, 0, 0)),
)
# Order in which an eighth takes a note of the chord: up and down again.
BROKEN: Final = (0, 1, 2, 3, 2, 1)
# Strength of each partial and how fast it fades, per second: a soft string, dull soon.
PARTIALS: Final = ((1.0, 1.6), (0.55, 2.2), (0.38, 2.9), (0.2, 3.8), (0.1, 5.0))


def sound() -> dict[str, Samples]:
    return {suffix: sampled(rate) for suffix, rate in RATES.items()}


def sampled(rate: int) -> Samples:
    tune = np.zeros(round(len(BARS) * 3 * BEAT * rate))
    strings = {note: _pluck(note, rate) for note in {note for _, note, _ in _notes()}}
    for start, note, strength in _notes():
        string = strings[note] * strength
        _ring(tune, round(start * rate), string)
    samples = tune.astype(np.float32)
    gain = 10 ** ((LEVEL - active_level(samples, rate)) / 20)
    return (samples * np.float32(gain)).astype(np.float32)


def _ring(tune: "npt.NDArray[np.float64]", start: int, string: "npt.NDArray[np.float64]") -> None:
    """Adds a note; what reaches beyond the end sounds at the beginning."""
    fits = min(len(string), len(tune) - start)
    tune[start : start + fits] += string[:fits]
    tune[: len(string) - fits] += string[fits:]


def _notes() -> Iterator[tuple[float, int, float]]:
    """Start in seconds, MIDI number, strength."""
    for bar, (chord, tune) in enumerate(BARS):
        for eighth, note in enumerate(tune):
            start = (bar * 3 + eighth / 2) * BEAT
            yield start, chord[BROKEN[eighth]], 0.75
            if note:
                yield start, note, 0.6 if eighth else 0.7


def _pluck(note: int, rate: int) -> "npt.NDArray[np.float64]":
    time = np.arange(round(RING * rate)) / rate
    pitch = 440 * 2 ** ((note - 69) / 12)
    string = np.zeros_like(time)
    for number, (strength, fading) in enumerate(PARTIALS, start=1):
        # Real strings are a little stiff: partials lie above the multiples of the pitch.
        frequency = pitch * number * (1 + 0.0004 * number**2)
        string += strength * np.exp(-fading * time) * np.sin(2 * np.pi * frequency * time)
    attack = np.minimum(time / 0.012, 1)
    release = np.minimum((RING - time) / 0.3, 1)
    return np.asarray(string * attack * release)
