"""Every reader of bytes that others wrote: nothing crashes it, nothing holds it for a second.

What each makes of good bytes stands beside its own tests; here only the worst is tried.
"""

import json
import struct
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agi.protocol.environment import MAX_BYTES, EnvironmentReader
from agi.protocol.refused import AgiRefused
from agi.protocol.reply import ReplyReader
from ari_app.ari.decode import decode_frame
from ari_app.ari.stats import Stats
from ari_app.domain.cel import CEL_COLUMNS, MAX_RECORD_BYTES, CelReader, CelRow, hangup_cause
from ari_app.domain.wav import HEAD_BYTES, BadWav, new_header, read_header, repaired_header
from ari_app.domain.witness import hear, key_of
from ari_app.store.cel import _fields

SECOND = 1.0
START = b'"CHAN_END","1795327157.034360","'
DEEP = "[" * 30_000
TRUE_ROW = START.rstrip(b'"') + b",".join([b'""'] * (len(CEL_COLUMNS) - 2)) + b"\n"


def read_environment(data: bytes, size: int) -> None:
    reader = EnvironmentReader()
    try:
        for piece in pieces(data, size):
            reader.feed(piece)
        reader.feed_eof()
    except AgiRefused:
        return
    assert reader.environment is not None
    assert len(reader.environment.values) == len(set(reader.environment.values))


def read_replies(data: bytes, size: int) -> None:
    reader = ReplyReader()
    try:
        for piece in pieces(data, size):
            reader.feed(piece)
    except AgiRefused:
        return


def read_event(data: bytes, size: int) -> None:
    decode_frame(data, Stats())


def read_event_log(data: bytes, size: int) -> None:
    reader = CelReader()
    found = [item for piece in pieces(data, size) for item in reader.feed(piece)]
    rows = [item for item in found + reader.close() if isinstance(item, CelRow)]
    assert reader.consumed == len(data)
    hear(rows)
    for row in rows:
        hangup_cause(row)
        key_of(row)
        json.loads(_fields(row))


def read_recording(data: bytes, size: int) -> None:
    head = data[:HEAD_BYTES]
    try:
        header = read_header(head, len(data))
    except BadWav:
        return
    repaired = repaired_header(head, header) + data[header.data_at :][: header.data_bytes]
    assert not read_header(repaired[:HEAD_BYTES], len(repaired)).was_wrong


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


READERS: list[Callable[[bytes, int], None]] = [
    *(read_environment, read_replies, read_event, read_event_log, read_recording),
]
WORST = {
    "nothing": b"",
    "zeros": bytes(MAX_BYTES),
    "one long line": b"x" * 100_000,
    "empty lines": b"\n" * 20_000,
    "quotes": b'"' * 50_000,
    "quotes on lines": b'"\n' * 20_000,
    "quoted commas": b'"",' * 20_000,
    "records begun and never ended": START * (MAX_RECORD_BYTES // len(START)) * 3,
    "records begun on lines": (START + b"\n") * 5_000,
    "an open record of good ones": b'"' + TRUE_ROW.replace(b'"', b'""') * 600,
    "deep JSON": DEEP.encode(),
    "deep JSON in an event": b'{"type":"StasisStart","args":' + DEEP.encode(),
    "huge numbers": b'{"type":"StasisStart","timestamp":' + b"9" * 100_000 + b"}",
    "keys without end": b"agi_a: \n" * 6_000,
    "chunks without content": b"RIFF\x00\x00\x00\x00WAVE" + b"LIST\x00\x00\x00\x00" * 20_000,
    "a chunk past the end": b"RIFF\x00\x00\x00\x00WAVELIST" + struct.pack("<I", 2**32 - 1),
    "audio of a killed Asterisk": new_header(8000, 1, 0) + bytes(100_001),
    "usage without end": b"520-Invalid\n" + b"x\n" * 12_000,
}


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", WORST)
@pytest.mark.parametrize("size", [997, 10**9])
def test_the_worst_is_read_within_a_second(
    read: Callable[[bytes, int], None], name: str, size: int
) -> None:
    begun = time.process_time()  # others may want the processor too

    read(WORST[name], size)

    assert time.process_time() - begun < SECOND


@pytest.mark.parametrize("event", ["HANGUP", "BRIDGE_ENTER"])
def test_deep_json_in_one_column_is_read_like_any_other_text(event: str) -> None:
    names = list(CEL_COLUMNS)
    columns = [event, "1795327157.034360", *[""] * (len(names) - 2)]
    columns[names.index("extra")] = DEEP

    read_event_log(",".join(f'"{text}"' for text in columns).encode() + b"\n", 10**9)


BITS = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([START, TRUE_ROW, b'"', b"\n", b'""', b"agi_a: 1\n", b"200 result=0\n"]),
    st.sampled_from([new_header(8000, 2, 7), b"LIST", struct.pack("<I", 2**32 - 1), b"data"]),
    st.sampled_from([b'{"type":"StasisStart"', b'"channel":{', b"}", b"[", b'"\\ud800"', b"1e999"]),
)


@pytest.mark.parametrize("read", READERS)
@given(bits=st.lists(BITS, max_size=40), size=st.integers(1, 300))
@settings(deadline=1000 * SECOND)
def test_no_bytes_crash_a_reader(
    read: Callable[[bytes, int], None], bits: list[bytes], size: int
) -> None:
    read(b"".join(bits), size)
