"""What somebody on the phone says: A-law frames of silence, a tone, or a file."""

from collections.abc import Iterator

import numpy as np

from ari_app.lab.ear import ALAW, FRAME, SILENCE

QUIET = bytes([SILENCE]) * FRAME
_ORDER = np.argsort(ALAW, kind="stable")
_SORTED = ALAW[_ORDER]


def alaw(samples: "np.ndarray[tuple[int], np.dtype[np.float32]]") -> bytes:
    """Samples in -1..1 -> A-law, each to the nearest code."""
    right = np.clip(np.searchsorted(_SORTED, samples), 1, 255)
    nearer = right - (samples - _SORTED[right - 1] < _SORTED[right] - samples)
    return _ORDER[nearer].astype(np.uint8).tobytes()


def tone(hz: int, dbfs: float = -12.0) -> bytes:
    """One second of a sine, made of whole periods so that it repeats without a click."""
    time = np.arange(8000) / 8000
    return alaw((10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * time)).astype(np.float32))


class Mouth:
    """Gives the next 20 ms to send. Silent until told otherwise."""

    def __init__(self) -> None:
        self._source: Iterator[bytes] | None = None

    def next_frame(self) -> bytes:
        if self._source is None:
            return QUIET
        frame = next(self._source, None)
        if frame is None:
            self._source = None
            return QUIET
        return frame

    def talk(self, hz: int) -> None:
        """Holds a tone until `hush`."""
        self._source = _frames(tone(hz), forever=True)

    def say(self, audio: bytes) -> None:
        """Plays headerless A-law once."""
        self._source = _frames(audio, forever=False)

    def hush(self) -> None:
        self._source = None


def _frames(audio: bytes, *, forever: bool) -> Iterator[bytes]:
    while True:
        for start in range(0, len(audio) - FRAME + 1, FRAME):
            yield audio[start : start + FRAME]
        if not forever:
            return
