"""A-law, the code of E1 and of most phones: what sample each byte stands for (ITU-T G.711)."""

from functools import cache
from typing import TYPE_CHECKING

from ari_app.domain.later import Later

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
else:
    np = Later("numpy")


@cache
def samples() -> "npt.NDArray[np.int16]":
    """256 samples of 16 bits, by byte."""
    codes = np.arange(256, dtype=np.int32) ^ 0x55
    exponent = (codes & 0x70) >> 4
    mantissa = codes & 0x0F
    steps = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << (exponent - 1)
    )
    return np.where(codes & 0x80, steps, -steps).astype(np.int16)


def linear(audio: bytes) -> "npt.NDArray[np.int16]":
    """Headerless A-law -> samples."""
    return samples()[np.frombuffer(audio, np.uint8)]
