"""Tones and silence."""

from typing import TYPE_CHECKING

from ari_app.domain.later import Later
from ari_app.domain.speech.manifest import Tone
from ari_app.sounds.audio import Samples, faded
from ari_app.sounds.formats import RATES

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

TONE_LEVEL = -15.0  # dBFS; a tone sounds louder than speech of the same level


def sound(tone: Tone) -> dict[str, Samples]:
    return {suffix: _at(rate, tone) for suffix, rate in RATES.items()}


def _at(rate: int, tone: Tone) -> Samples:
    time = np.arange(round(tone.seconds * rate)) / rate
    peak = 10 ** (TONE_LEVEL / 20) * np.sqrt(2)
    return faded((np.sin(2 * np.pi * tone.hertz * time) * peak).astype(np.float32), rate)
