import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.wav import (
    CANONICAL_BYTES,
    BadWav,
    WavFault,
    WavHeader,
    new_header,
    read_header,
    repaired_header,
)


def a_file(frames: int = 800, *, channels: int = 1, rate: int = 8000) -> bytes:
    return new_header(rate, channels, frames) + bytes(range(256)) * (frames * channels * 2 // 256)


def as_killed(whole: bytes, keep: int) -> bytes:
    """What a killed Asterisk leaves: lengths of zero, audio up to the last flushed buffer."""
    return (whole[:4] + bytes(4) + whole[8:40] + bytes(4) + whole[44:])[:keep]


def with_chunk_before_data(name: bytes, content: bytes, whole: bytes) -> bytes:
    chunk = struct.pack("<4sI", name, len(content)) + content + bytes(len(content) % 2)
    size = struct.unpack_from("<I", whole, 4)[0] + len(chunk)
    return whole[:4] + struct.pack("<I", size) + whole[8:36] + chunk + whole[36:]


def test_a_closed_file_is_read_as_written() -> None:
    whole = a_file(frames=1280)

    assert read_header(whole, len(whole)) == WavHeader(8000, 1, 44, 1280, was_wrong=False)


def test_our_header_is_read_by_the_standard_library() -> None:
    with wave.open(io.BytesIO(a_file(frames=640, channels=2))) as opened:
        assert (opened.getnchannels(), opened.getframerate()) == (2, 8000)
        assert opened.getnframes() == 640


def test_a_header_that_says_nothing_is_filled_in_from_the_size() -> None:
    killed = as_killed(a_file(frames=1280), keep=44 + 2001)

    header = read_header(killed, len(killed))

    assert (header.frames, header.was_wrong) == (1000, True)


def test_a_header_that_promises_too_much_is_cut_to_the_file() -> None:
    torn = a_file(frames=1280)[: 44 + 512]

    assert read_header(torn, len(torn)).frames == 256


def test_a_streamed_header_of_all_ones_is_cut_to_the_file() -> None:
    whole = a_file(frames=128)
    streamed = whole[:4] + b"\xff" * 4 + whole[8:40] + b"\xff" * 4 + whole[44:]

    assert read_header(streamed, len(streamed)).frames == 128


def test_audio_appended_after_closing_counts() -> None:
    appended = a_file(frames=128) + bytes(256)

    assert read_header(appended, len(appended)).frames == 256


def test_a_chunk_after_the_audio_is_not_audio() -> None:
    whole = a_file(frames=128)
    tagged = whole + struct.pack("<4sI", b"LIST", 4) + b"INFO"
    tagged = tagged[:4] + struct.pack("<I", len(tagged) - 8) + tagged[8:]

    header = read_header(tagged, len(tagged))

    assert (header.frames, header.was_wrong) == (128, False)


def test_a_chunk_before_the_audio_is_stepped_over() -> None:
    whole = with_chunk_before_data(b"LIST", b"odd", a_file(frames=128))

    assert read_header(whole, len(whole)) == WavHeader(8000, 1, 56, 128, was_wrong=False)


def test_a_repaired_file_reads_as_right_and_keeps_its_audio() -> None:
    killed = as_killed(a_file(frames=1280), keep=44 + 2001)
    header = read_header(killed, len(killed))

    start = repaired_header(killed, header)
    fixed = start + killed[header.data_at : header.data_at + header.data_bytes]

    assert read_header(fixed, len(fixed)) == WavHeader(8000, 1, 44, 1000, was_wrong=False)


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        (b"", WavFault.EMPTY),
        (b"RIFF", WavFault.NOT_WAV),
        (b"OggS" + bytes(60), WavFault.NOT_WAV),
        (b"RIFF" + bytes(4) + b"AVI " + bytes(60), WavFault.NOT_WAV),
        (a_file()[:20], WavFault.NO_FORMAT),
        (a_file()[:36], WavFault.NO_DATA),
        (a_file()[:12] + a_file()[36:], WavFault.NO_FORMAT),
        (a_file().replace(b"\x10\x00data", b"\x08\x00data"), WavFault.UNSUPPORTED),
        (a_file().replace(b"\x10\x00\x00\x00\x01", b"\x10\x00\x00\x00\x07"), WavFault.UNSUPPORTED),
        (new_header(1, 1, 8) + bytes(16), WavFault.UNSUPPORTED),
        (new_header(8000, 40, 1) + bytes(80), WavFault.UNSUPPORTED),
    ],
)
def test_anything_else_is_refused_with_a_reason(head: bytes, fault: WavFault) -> None:
    with pytest.raises(BadWav) as refusal:
        read_header(head, len(head))

    assert refusal.value.fault is fault


def test_more_than_a_wav_file_can_say_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        new_header(8000, 2, 2**30)


@given(head=st.binary(max_size=200), file_bytes=st.integers(-5, 10**12))
def test_no_bytes_crash_the_reader(head: bytes, file_bytes: int) -> None:
    assert_honest(head, file_bytes)


@given(
    st.data(),
    st.integers(0, 300),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=8),
)
def test_no_damaged_header_makes_it_claim_more_than_the_file_holds(
    data: st.DataObject, frames: int, damage: list[tuple[int, int]]
) -> None:
    spoilt = bytearray(new_header(8000, data.draw(st.integers(1, 2)), frames) + bytes(frames * 2))
    for at, value in damage:
        spoilt[min(at, len(spoilt) - 1)] = value

    assert_honest(bytes(spoilt[: data.draw(st.integers(0, len(spoilt)))]), len(spoilt))


def assert_honest(head: bytes, file_bytes: int) -> None:
    try:
        header = read_header(head, file_bytes)
    except BadWav:
        return
    assert header.frames >= 0
    assert header.frames == 0 or header.data_at + header.data_bytes <= file_bytes
    assert CANONICAL_BYTES <= header.data_at <= len(head)
    if header.data_bytes < 2**32 - 8192:
        assert len(repaired_header(head, header)) == header.data_at
