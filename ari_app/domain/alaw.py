"""A-law, the code of E1 and of most phones: what sample each byte stands for (ITU-T G.711)."""

import numpy as np
import numpy.typing as npt


def _samples() -> npt.NDArray[np.int16]:
    codes = np.arange(256, dtype=np.int32) ^ 0x55
    exponent = (codes & 0x70) >> 4
    mantissa = codes & 0x0F
    steps = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << (exponent - 1)
    )
    return np.where(codes & 0x80, steps, -steps).astype(np.int16)


SAMPLES = _samples()
"""256 samples of 16 bits, by byte."""


def linear(audio: bytes) -> npt.NDArray[np.int16]:
    """Headerless A-law -> samples."""
    return SAMPLES[np.frombuffer(audio, np.uint8)]
