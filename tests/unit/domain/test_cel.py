from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.cel import (
    CEL_COLUMNS,
    MAX_RECORD_BYTES,
    CelDamage,
    CelFault,
    CelReader,
    CelRow,
    cel_custom_mapping,
    hangup_cause,
)

# As Asterisk 22.10.1 wrote it: a caller name of  a\nb",\r\n"HANGUP"\r\xff  in the last column.
HOSTILE_NAME = b'a\nb"",\r\n""HANGUP""\r\xff'
SECOND = 1_795_327_157


def a_line(event: str = "ANSWER", *, name: bytes = b"", **more: str) -> bytes:
    values = {"event": event, "time": f"{SECOND}.034360", "channel": "PJSIP/trunk-1"} | more
    columns = [values.get(column, "").replace('"', '""').encode() for column in CEL_COLUMNS]
    return b",".join(b'"%s"' % value for value in (*columns[:-1], name)) + b"\n"


def read(*chunks: bytes) -> list[CelRow | CelDamage]:
    reader = CelReader()
    return [item for chunk in chunks for item in reader.feed(chunk)] + reader.close()


def rows(*chunks: bytes) -> list[CelRow]:
    return [item for item in read(*chunks) if isinstance(item, CelRow)]


def faults(*chunks: bytes) -> list[CelFault]:
    return [item.fault for item in read(*chunks) if isinstance(item, CelDamage)]


def test_the_mapping_quotes_every_column_in_order() -> None:
    mapping = cel_custom_mapping()

    assert mapping.startswith("${CSV_QUOTE(${eventenum})},${CSV_QUOTE(${eventtime})},")
    assert mapping.count("CSV_QUOTE") == len(CEL_COLUMNS)


def test_every_column_is_an_attribute_of_a_row() -> None:
    names = list(CEL_COLUMNS)[2:-1]

    [row] = rows(a_line("ANSWER", name=b"", **{name: name for name in names}))

    assert [getattr(row, name) for name in names] == names


def test_a_row_has_its_time_to_the_microsecond() -> None:
    [row] = rows(a_line("HANGUP"))

    assert (row.event, row.channel) == ("HANGUP", "PJSIP/trunk-1")
    assert row.time == datetime(2026, 11, 22, 5, 59, 17, 34360, tzinfo=UTC)


def test_a_last_line_is_kept_until_it_is_complete() -> None:
    line, reader = a_line(), CelReader()

    assert reader.feed(line[:40]) == []
    assert reader.consumed == 0
    [row] = reader.feed(line[40:])
    assert isinstance(row, CelRow)
    assert reader.consumed == len(line)


def test_a_callers_line_breaks_and_quotes_stay_inside_the_field() -> None:
    [row, after] = rows(a_line(name=HOSTILE_NAME) + a_line("HANGUP"))

    assert row.caller_name == 'a\nb",\r\n"HANGUP"\r\N{REPLACEMENT CHARACTER}'
    assert after.event == "HANGUP"


def test_nul_bytes_become_something_a_database_can_hold() -> None:
    [row] = rows(a_line(name=b"a\0b"))

    assert row.caller_name == "a\N{REPLACEMENT CHARACTER}b"


def test_a_caller_cannot_smuggle_a_row_in_the_name() -> None:
    forged = a_line("HANGUP").rstrip(b"\n").replace(b'"', b'""')

    [row] = rows(a_line(name=b"x\n" + forged))

    assert row.event == "ANSWER"


@pytest.mark.parametrize("keep", range(1, len(a_line()) - 1))
def test_a_record_torn_anywhere_costs_only_itself(keep: int) -> None:
    torn, whole, next_one = a_line("CHAN_START"), a_line("ANSWER"), a_line("HANGUP")

    own_line = rows(torn[:keep] + b"\n" + whole + next_one)
    glued = rows(torn[:keep] + whole + next_one)

    assert [row.event for row in own_line] == ["ANSWER", "HANGUP"]
    assert [row.event for row in glued] == ["ANSWER", "HANGUP"]


def test_offsets_point_at_the_records() -> None:
    first, torn = a_line(), a_line()[:30]
    text = first + torn + a_line("HANGUP")

    [row, damage, last] = read(text)

    assert (row.offset, damage.offset, last.offset) == (0, len(first), len(first + torn))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b'"ANSWER","1.000000","too","few"\n', CelFault.WRONG_COLUMNS),
        (b'"ANSWER"x,"1.000000"\n', CelFault.MALFORMED),
        (b"\xff\xfe\x00 no csv at all\n", CelFault.WRONG_COLUMNS),
        (a_line(time="yesterday"), CelFault.BAD_TIME),
        (a_line(time="99999999999.000000"), CelFault.BAD_TIME),
        (a_line()[:49], CelFault.TORN),
        (b'"' + b"x" * MAX_RECORD_BYTES + b"\n", CelFault.TOO_LONG),
        (b'"' + b"x\n" * MAX_RECORD_BYTES + b"\n", CelFault.TOO_LONG),
    ],
)
def test_what_is_no_row_is_reported_and_the_next_row_is_read(text: bytes, fault: CelFault) -> None:
    assert faults(text)[0] == fault
    assert rows(text + a_line("HANGUP"))[-1].event == "HANGUP"


def test_a_whole_record_without_its_line_break_counts_when_the_file_is_closed() -> None:
    assert len(rows(a_line()[:-1])) == 1


def test_empty_lines_mean_nothing() -> None:
    assert read(b"\n\r\n" + a_line() + b"\n") == rows(b"\n\r\n" + a_line())


def test_reading_goes_on_where_an_earlier_reader_stopped() -> None:
    text = a_line("CHAN_START") + a_line(name=HOSTILE_NAME) + a_line("HANGUP")
    first = CelReader()
    before = first.feed(text[: len(text) // 2])

    after = CelReader(first.consumed).feed(text[first.consumed :])

    assert before + after == read(text)


def test_a_hangup_row_tells_its_cause() -> None:
    [row] = rows(a_line("HANGUP", extra='{"hangupcause":16,"dialstatus":""}'))

    assert hangup_cause(row) == 16


@pytest.mark.parametrize("extra", ["", "[]", "{", '{"hangupcause":"16"}', "null"])
def test_a_row_without_a_cause_has_none(extra: str) -> None:
    [row] = rows(a_line("HANGUP", extra=extra))

    assert hangup_cause(row) is None


PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [a_line(), a_line(name=HOSTILE_NAME), a_line()[:33], a_line()[:-1], b'"', b"\n", b'","']
    ),
    st.builds(lambda name: a_line(name=name.replace(b'"', b'""')), st.binary(max_size=20)),
)


@given(st.lists(PIECES, max_size=12), st.data())
def test_any_bytes_in_any_pieces_give_the_same_rows(
    pieces: list[bytes], data: st.DataObject
) -> None:
    text = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=10)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    assert read(*chunks) == read(text)


@given(st.integers(1, 4), st.integers(0, 5), st.data())
def test_over_long_lines_are_dropped_alike_in_any_pieces(
    longs: int, before: int, data: st.DataObject
) -> None:
    long_line = b'"' + b"x" * (MAX_RECORD_BYTES + data.draw(st.integers(-3, 3))) + b"\n"
    text = (a_line() * before + a_line()[:20] + long_line) * longs + a_line()
    size = data.draw(st.integers(500, 40_000))

    pieces = [text[at : at + size] for at in range(0, len(text), size)]

    assert read(*pieces) == read(text)


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=8))
def test_every_well_written_row_comes_back(names: list[bytes]) -> None:
    text = b"".join(a_line(name=name.replace(b'"', b'""')) for name in names)

    found = read(text)

    assert [row.caller_name for row in found if isinstance(row, CelRow)] == [
        name.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}") for name in names
    ]
