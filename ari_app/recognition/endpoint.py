"""Where speech begins and ends: by level, above a noise floor that is learnt as it goes.

A beginning is told after a tenth of a second of speech, so that a click ends no prompt; what was
said before it is kept. Frames are 20 ms of 8 kHz, 16 bits, native order.
"""

import math
from collections import deque
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ari_app.domain.later import Later

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")


FRAME_BYTES: Final = 320
LEAST: Final = -42.0  # dBFS: quieter is never speech
ABOVE_FLOOR: Final = 12.0
WINDOW, VOICED = 8, 5  # frames: this many of so many make a beginning
BEFORE: Final = 15  # frames kept from before the beginning
QUIET_ENDS: Final = 30  # frames
LONGEST: Final = 400  # frames: who talks on is cut off here
RISE: Final = 0.05  # of the way up the floor goes with each frame


class Edge(StrEnum):
    BEGAN = "began"
    ENDED = "ended"


class Endpointer:
    """`taken` is the utterance once it has ended."""

    def __init__(self) -> None:
        self.taken = b""
        self._floor = -70.0
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self._before: deque[bytes] = deque(maxlen=BEFORE)
        self._utterance: list[bytes] = []
        self._quiet = 0

    def feed(self, frame: bytes) -> Edge | None:
        """What has just happened, mostly nothing."""
        level = _level(frame)
        voiced = level > max(LEAST, self._floor + ABOVE_FLOOR)
        if not voiced:
            up = level > self._floor
            self._floor += (level - self._floor) * (RISE if up else 0.5)
        if self._utterance:
            return self._go_on(frame, voiced)
        self._before.append(frame)
        self._recent.append(voiced)
        if sum(self._recent) < VOICED:
            return None
        self._utterance = list(self._before)
        self._quiet = 0
        return Edge.BEGAN

    def _go_on(self, frame: bytes, voiced: bool) -> Edge | None:
        self._utterance.append(frame)
        self._quiet = 0 if voiced else self._quiet + 1
        if self._quiet < QUIET_ENDS and len(self._utterance) < LONGEST:
            return None
        self.taken = b"".join(self._utterance)
        self._utterance = []
        self._before.clear()
        self._recent.clear()
        return Edge.ENDED


def _level(frame: bytes) -> float:
    samples = np.frombuffer(frame, np.int16).astype(np.float32)
    power = float(np.mean(samples * samples)) if samples.size else 0.0
    return 10 * math.log10(power / 32_768**2) if power > 0 else -100.0
