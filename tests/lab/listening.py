"""What is on the recording of a call."""

from typing import Any

import numpy as np
import soundfile

from ari_app.domain.alaw import SAMPLES
from ari_app.domain.tones import segments
from ari_app.lab.lab import GENERATED, until
from tests.lab.hotline import Hotline


def spans(samples: Any, rate: int, hz: int) -> list[tuple[float, float]]:
    return segments(np.ascontiguousarray(samples), rate, hz)


async def recorded(hotline: Hotline, call_id: object) -> tuple[Any, Any, int]:
    """Left and right channel, and the sampling rate."""
    found: dict[str, Any] = {}

    async def indexed() -> bool:
        found.update(
            await hotline.row(
                "SELECT path FROM recording WHERE call_id = $1 AND path IS NOT NULL", call_id
            )
        )
        return bool(found)

    await until(indexed, 15, "the recording")
    path = hotline.lab.site.recordings / "archive" / found["path"]
    samples, rate = soundfile.read(path, dtype="int16")
    return samples[:, 0], samples[:, 1], rate


def likeness(samples: Any, prompt: str) -> float:
    """How alike the most alike place is to a prompt such as `zh/welcome`, beside whatever else is
    heard there: 1 is the very prompt, speech that is another one stays below 0.5."""
    raw = (GENERATED / f"{prompt}.alaw").read_bytes()
    wanted = SAMPLES[np.frombuffer(raw, np.uint8)].astype(float)
    heard = np.asarray(samples, float)
    if len(heard) < len(wanted):
        return 0.0
    size = 1 << (len(heard) + len(wanted)).bit_length()
    found = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)
    until_here = np.concatenate(([0.0], np.cumsum(heard**2)))
    energy = until_here[len(wanted) :] - until_here[: -len(wanted)]
    scale = np.sqrt(np.maximum(energy, 1.0) * np.sum(wanted**2))
    return float(np.max(found[: len(energy)] / scale))
