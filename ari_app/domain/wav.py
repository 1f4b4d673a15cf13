"""Headers of 16-bit PCM WAV files, read strictly and repaired from the size of the file.

Asterisk writes both lengths as zero and corrects them only when it closes the file
(formats/format_wav.c), so a killed Asterisk leaves good audio behind a header that denies it.
Layout: RIFF size "WAVE", then chunks (four letters, u32 length, content, padded to even);
"fmt " describes the samples, "data" holds them. All numbers are little-endian.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum

from ari_app.domain.errors import HotlineError

HEAD_BYTES = 4096  # enough of a file for `read_header`; Asterisk needs 44
CANONICAL_BYTES = 44
SAMPLE_BYTES = 2

_U32 = 0xFFFFFFFF
_RIFF_BYTES = 12  # "RIFF", length, "WAVE"
_FORMAT_BYTES = 16
_PCM = 1
_EXTENSIBLE = 0xFFFE
_PCM_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
_RATES = range(4_000, 192_001)
_CHANNELS = range(1, 9)


class WavFault(StrEnum):
    """Why a file is not one we can read."""

    EMPTY = "empty"
    NOT_WAV = "not_wav"
    NO_FORMAT = "no_format"
    NO_DATA = "no_data"
    UNSUPPORTED = "unsupported"


class BadWav(HotlineError):
    """These bytes are not the start of a 16-bit PCM WAV file."""

    def __init__(self, fault: WavFault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}" if detail else str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class WavHeader:
    """What can be played: `frames` never exceeds what the file holds."""

    rate: int
    channels: int
    data_at: int  # offset of the first sample
    frames: int
    was_wrong: bool  # the file's own lengths disagree with its size

    @property
    def frame_bytes(self) -> int:
        return self.channels * SAMPLE_BYTES

    @property
    def data_bytes(self) -> int:
        return self.frames * self.frame_bytes

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def read_header(head: bytes, file_bytes: int) -> WavHeader:
    """Understand the first `HEAD_BYTES` of a file of `file_bytes`; raises BadWav.

    The file's own data length counts only when its RIFF length matches the file; otherwise
    everything after the header is audio, cut to whole frames.
    """
    if file_bytes <= 0 or not head:
        raise BadWav(WavFault.EMPTY)
    if len(head) < _RIFF_BYTES or head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise BadWav(WavFault.NOT_WAV, "no RIFF/WAVE at the start")
    form, data_at, said = _find_chunks(head[:file_bytes])
    rate, channels = _read_format(form)
    held = max(file_bytes - data_at, 0)
    riff_is_right = struct.unpack_from("<I", head, 4)[0] == file_bytes - 8
    is_right = riff_is_right and said <= held and said % (channels * SAMPLE_BYTES) == 0
    frames = (said if is_right else held) // (channels * SAMPLE_BYTES)
    return WavHeader(rate, channels, data_at, frames, was_wrong=not is_right)


def repaired_header(head: bytes, header: WavHeader) -> bytes:
    """The first `data_at` bytes of the file with both lengths as `header` has them.

    The file must then end at `data_at + data_bytes`; bytes beyond that are half a frame.
    """
    _refuse_too_long(header.data_at + header.data_bytes)
    start = bytearray(head[: header.data_at])
    struct.pack_into("<I", start, 4, header.data_at + header.data_bytes - 8)
    struct.pack_into("<I", start, header.data_at - 4, header.data_bytes)
    return bytes(start)


def new_header(rate: int, channels: int, frames: int) -> bytes:
    """The 44 bytes before `frames` frames of 16-bit PCM."""
    frame_bytes = channels * SAMPLE_BYTES
    data_bytes = frames * frame_bytes
    _refuse_too_long(CANONICAL_BYTES + data_bytes)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", CANONICAL_BYTES + data_bytes - 8, b"WAVE"),
        *(b"fmt ", _FORMAT_BYTES, _PCM, channels, rate, rate * frame_bytes, frame_bytes, 16),
        *(b"data", data_bytes),
    )


def _find_chunks(head: bytes) -> tuple[bytes, int, int]:
    """The format chunk's content, where the samples start, and how many bytes they claim."""
    form, at = b"", _RIFF_BYTES
    while at + 8 <= len(head):
        name, length = struct.unpack_from("<4sI", head, at)
        at += 8
        if name == b"data":
            if not form:
                raise BadWav(WavFault.NO_FORMAT, "data before fmt")
            return form, at, length
        if name == b"fmt ":
            form = head[at : at + length]
        at += length + length % 2
    raise BadWav(WavFault.NO_DATA if form else WavFault.NO_FORMAT)


def _read_format(form: bytes) -> tuple[int, int]:
    """Sample rate and channels of a format we can play; refuses every other."""
    if len(form) < _FORMAT_BYTES:
        raise BadWav(WavFault.NO_FORMAT, "fmt chunk too short")
    tag, channels, rate, _, frame_bytes, bits = struct.unpack_from("<HHIIHH", form)
    if tag == _EXTENSIBLE and form[26:40] == _PCM_GUID_TAIL:
        tag = struct.unpack_from("<H", form, 24)[0]
    if tag != _PCM or bits != 8 * SAMPLE_BYTES:
        raise BadWav(WavFault.UNSUPPORTED, f"format {tag}, {bits} bits")
    if channels not in _CHANNELS or rate not in _RATES or frame_bytes != channels * SAMPLE_BYTES:
        raise BadWav(WavFault.UNSUPPORTED, f"{channels} channels at {rate} Hz")
    return rate, channels


def _refuse_too_long(file_bytes: int) -> None:
    if file_bytes - 8 > _U32:
        raise ValueError(f"{file_bytes} bytes do not fit into a WAV file")
