"""From a recipe to the two files of a sound."""

from ari_app.sounds import melody, tones
from ari_app.sounds.audio import Samples, cut, decode, encode, gain_for, speech_edges
from ari_app.sounds.formats import NARROW, RATES
from ari_app.sounds.plan import Melody, Recipe, Speech
from ari_app.sounds.resample import resample


def make(recipe: Recipe) -> dict[str, bytes]:
    """The contents of each file by its suffix. Raises CannotSpeak."""
    match recipe:
        case Speech():
            samples, rate = decode(recipe.record())
            sound = finished(samples, rate, recipe.silence)
        case Melody():
            sound = melody.sound()
        case tone:
            sound = tones.sound(tone)
    return {suffix: encode(samples, suffix) for suffix, samples in sound.items()}


def finished(samples: Samples, rate: int, silence: tuple[int, int]) -> dict[str, Samples]:
    """At speech level, with `silence` milliseconds before and after, whoever spoke.

    Gain and edges are the same for both formats, so a caller hears the same sentence in either.
    """
    sounds = {suffix: resample(samples, rate, wanted) for suffix, wanted in RATES.items()}
    gain = min(gain_for(sounds[suffix], wanted) for suffix, wanted in RATES.items())
    start, end = speech_edges(sounds[".alaw"] * gain, NARROW)
    before, after = (each / 1000 for each in silence)
    return {
        suffix: cut(sounds[suffix] * gain, wanted, start - before, end + after)
        for suffix, wanted in RATES.items()
    }
