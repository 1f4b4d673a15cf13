"""Two mono recordings become the blocks of one stereo file, in constant memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

from ari_app.domain.later import Later
from ari_app.domain.wav import SAMPLE_BYTES, WavHeader, new_header

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

BLOCK_FRAMES = 16_384  # 64 KiB of stereo, 2 s of speech: stays in the cache


@dataclass(frozen=True, slots=True)
class MonoFile:
    """An open 16-bit mono WAV file and what can be played of it."""

    file: BinaryIO
    header: WavHeader


class Encoder(Protocol):
    """How audio is kept in the archive."""

    @property
    def suffix(self) -> str: ...

    def encode(self, blocks: Iterable[bytes], rate: int, frames: int) -> Iterator[bytes]:
        """Interleaved 16-bit stereo in, `frames` in all; the file's bytes out, in order."""


class WavEncoder:
    """16-bit PCM: 115 MB an hour in stereo at 8 kHz, readable by everything."""

    suffix = ".wav"

    def encode(self, blocks: Iterable[bytes], rate: int, frames: int) -> Iterator[bytes]:
        yield new_header(rate, 2, frames)
        yield from blocks


def stereo_blocks(left: MonoFile | None, right: MonoFile | None, frames: int) -> Iterator[bytes]:
    """Both from their starts; a side that is absent or ends early is silence."""
    sides = [_Samples(mono) if mono else None for mono in (left, right)]
    for done in range(0, frames, BLOCK_FRAMES):
        count = min(BLOCK_FRAMES, frames - done)
        block = np.zeros((count, 2), "<i2")
        for channel, samples in enumerate(sides):
            if samples is not None:
                heard = samples.read(count)
                block[: len(heard), channel] = heard
        yield block.tobytes()


@dataclass(slots=True)
class Silence:
    """Counts samples of exactly 0 as blocks pass: where nothing came, not even a line's noise
    (silence in A-law is 8)."""

    zeros: "np.ndarray[tuple[int], np.dtype[np.int64]]" = field(
        default_factory=lambda: np.zeros(2, np.int64)
    )

    def watch(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same blocks of stereo."""
        for block in blocks:
            samples = np.frombuffer(block, "<i2").reshape(-1, 2)
            self.zeros += len(samples) - np.count_nonzero(samples, axis=0)
            yield block

    def seconds(self, rate: int) -> tuple[float, float]:
        """Left and right."""
        left, right = self.zeros.tolist()
        return left / rate, right / rate


class _Samples:
    """The samples of one file, in order, no further than its header goes."""

    def __init__(self, mono: MonoFile) -> None:
        mono.file.seek(mono.header.data_at)
        self._file = mono.file
        self._left = mono.header.frames

    def read(self, count: int) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
        """Raises EOFError when the file has become shorter than its header was."""
        count = min(count, self._left)
        audio = self._file.read(count * SAMPLE_BYTES)
        if len(audio) != count * SAMPLE_BYTES:
            raise EOFError("a recording shrank while it was read")
        self._left -= count
        return np.frombuffer(audio, "<i2")
