"""Voices for tests: sounds that are quick to make and easy to measure."""

import io
from collections.abc import Sequence

import numpy as np
import soundfile

from ari_app.domain.speech.manifest import Manifest, read_manifest
from ari_app.sounds.audio import Samples
from ari_app.sounds.engine import Voice
from ari_app.sounds.trouble import CannotSpeak

MANIFEST = """
[voices.zh]
engine = "hum"
voices = ["zh"]
speed = 180
pitch = 50

[voices.en]
engine = "hum"
voices = ["en"]
speed = 150
pitch = 50

[silence]
prompts = [50, 150]
words = [20, 60]

[prompts.welcome]
zh = "您好"
en = "Hello"

[prompts.goodbye]
zh = "再见"
en = "Goodbye"

[words]
two-of = { zh = "两" }

[letters]
letter-a = "A"

[tones]
beep = { hertz = 1000, seconds = 0.25 }
"""
SOUNDS = [
    *("zh/welcome", "en/welcome", "zh/goodbye", "en/goodbye", "zh/two-of"),
    *("zh/letter-a", "en/letter-a", "zh/beep", "en/beep", "tones/beep", "moh/default/waiting"),
]


def a_manifest(*changes: tuple[str, str]) -> Manifest:
    text = MANIFEST
    for before, after in changes:
        text = text.replace(before, after)
    return read_manifest(text)


def hum(seconds: float, rate: int, peak: float = 0.5, silence: float = 0.0) -> Samples:
    """A voiced sound between two silences."""
    time = np.arange(round(seconds * rate)) / rate
    voice = sum(np.sin(2 * np.pi * 150 * n * time) / n for n in range(1, 12))
    still = np.zeros(round(silence * rate))
    samples = np.concatenate([still, voice / np.max(np.abs(voice), initial=1e-9) * peak, still])
    return np.asarray(samples, dtype=np.float32)


def sound_file(samples: Samples, rate: int, format: str = "WAV") -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format=format)
    return out.getvalue()


class Hum:
    """An engine whose sounds are only their text; it cannot say "Goodbye" when it is hoarse."""

    name = "hum"

    def __init__(self, version: str = "1", hoarse: bool = False) -> None:
        self.version = version
        self.hoarse = hoarse
        self.said: list[str] = []

    def pick_voice(self, language: str, names: Sequence[str]) -> str:
        return names[0]

    def speak(self, text: str, voice: Voice) -> bytes:
        if self.hoarse and text == "Goodbye":
            raise CannotSpeak("hoarse", "drink tea")
        self.said.append(text)
        return f"{voice.name}: {text}".encode()
