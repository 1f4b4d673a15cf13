"""What is on the recording of a call."""

from typing import Any

import numpy as np
import soundfile

from ari_app.domain.tones import segments
from ari_app.lab.lab import until
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
