"""What Asterisk says first, cut anywhere, forged in any way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agi.protocol.environment import MAX_BYTES, MAX_LINE, MAX_LINES, Environment, EnvironmentReader
from agi.protocol.refused import AgiRefused, Reason
from tests.fakes.agi_peer import environment, environment_bytes

KEYS = st.from_regex(r"agi_[a-z0-9_]{1,12}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
LINES = st.one_of(
    st.builds(lambda key, value: f"{key}: {value}".encode(), KEYS, VALUES),
    st.sampled_from([b"", b"agi_arg_1: x", b"agi_arg_2: y", b"agi_a: 1", b"agi_a:1", b"x: y"]),
    st.binary(max_size=30),
)
STREAMS = st.one_of(
    st.binary(max_size=400),
    st.lists(LINES, max_size=12).map(lambda lines: b"\n".join([*lines, b"", b""])),
    st.integers(MAX_LINE - 20, MAX_LINE + 20).map(lambda n: b"agi_a: ".ljust(n, b"x") + b"\n\n"),
)
WELL_FORMED = re.compile(rb"agi_[a-z0-9_]+: [^\r]*\r?")


def refusal(data: bytes, *, closed: bool = False) -> Reason:
    reader = EnvironmentReader()
    try:
        reader.feed(data)
        if closed:
            reader.feed_eof()
    except AgiRefused as refused:
        return refused.reason
    raise AssertionError("accepted")


def outcome(*chunks: bytes) -> Environment | Reason | None:
    reader = EnvironmentReader()
    try:
        for chunk in chunks:
            reader.feed(chunk)
    except AgiRefused as refused:
        return refused.reason
    return reader.environment


def test_what_asterisk_sends_is_read() -> None:
    read = environment("route_call", "one", "", calleridname='Wáng "<>&|$()\\ 王')

    assert read.values["agi_calleridname"] == 'Wáng "<>&|$()\\ 王'
    assert read.values["agi_accountcode"] == ""
    assert read.arguments == ("one", "")


def test_script_and_parameters_come_from_the_request() -> None:
    read = environment("route_call?x=y&x=z&empty=")

    assert read.script == "route_call"
    assert read.parameters == {"x": "y", "empty": ""}


def test_script_is_found_in_the_request_when_it_is_not_sent_by_itself() -> None:
    assert Environment({"agi_request": "agi://[::1]:4573/ping?x=y"}).script == "ping"
    assert Environment({"agi_request": "agi://127.0.0.1"}).script == ""


def test_lines_may_end_in_cr_lf() -> None:
    reader = EnvironmentReader()

    reader.feed(b"agi_network: yes\r\n\r\nHANGUP\n")

    assert reader.environment == Environment({"agi_network": "yes"})
    assert reader.rest == b"HANGUP\n"


def test_undecodable_bytes_are_replaced_in_values() -> None:
    assert outcome(b"agi_a: \xff1\n\n") == Environment({"agi_a": "\N{REPLACEMENT CHARACTER}1"})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"agi_a: 1\nagi_a: 1\n", Reason.REPEATED_KEY),
        (b"agi_arg_1: 1\nagi_arg_1: 1\n", Reason.REPEATED_KEY),
        (b"agi_arg_1: forged\nagi_callingpres: 0\n", Reason.MISPLACED_KEY),
        (b"agi_arg_2: 1\n", Reason.MISPLACED_KEY),
        (b"agi_arg_01: 1\n", Reason.MISPLACED_KEY),
        (b"network: yes\n", Reason.NOT_AGI),
        (b" agi_network: yes\n", Reason.NOT_AGI),
        (b"AGI_NETWORK: yes\n", Reason.NOT_AGI),
        (b"agi_network:yes\n", Reason.NOT_AGI),
        (b"agi_\xffnetwork: yes\n", Reason.NOT_AGI),
        (b"GET / HTTP/1.1\r\n", Reason.NOT_AGI),
        (b"agi_a: \x00\n", Reason.CONTROL_CHARACTER),
        (b"agi_a: \x1b[2J\n", Reason.CONTROL_CHARACTER),
        (b"agi_a: b\rc\n", Reason.CONTROL_CHARACTER),
        (b"agi_a: \r\r\n", Reason.CONTROL_CHARACTER),
        ("agi_a: \u0085\n".encode(), Reason.CONTROL_CHARACTER),
        (b"agi_a: " + b"x" * MAX_LINE, Reason.LINE_TOO_LONG),
    ],
)
def test_anything_else_is_refused_with_its_reason(data: bytes, reason: Reason) -> None:
    assert refusal(data) is reason


def test_refused_stays_refused() -> None:
    reader = EnvironmentReader()

    for data in (b"forged\n", b"\n", b""):
        with pytest.raises(AgiRefused):
            reader.feed(data)

    assert reader.environment is None


def test_a_line_may_be_as_long_as_the_limit_and_no_longer() -> None:
    longest = b"agi_a: ".ljust(MAX_LINE, b"x")

    assert isinstance(outcome(longest + b"\n\n"), Environment)
    assert refusal(longest + b"x\n\n") is Reason.LINE_TOO_LONG


def test_lines_and_bytes_are_counted() -> None:
    many = b"".join(b"agi_k%d: x\n" % n for n in range(MAX_LINES))
    big = b"".join(b"agi_k%d: ".ljust(MAX_LINE - 1, b"x") % n + b"\n" for n in range(10, 42))

    assert isinstance(outcome(many + b"\n"), Environment)
    assert refusal(many + b"agi_more: x\n") is Reason.TOO_MANY_LINES
    assert len(big) <= MAX_BYTES
    assert refusal(big + b"agi_more: x\n\n" + big) is Reason.TOO_BIG


def test_a_peer_that_closes_early_is_told_from_one_that_says_nothing() -> None:
    assert refusal(b"", closed=True) is Reason.PROBE
    assert refusal(b"agi_netw", closed=True) is Reason.CUT_SHORT
    assert refusal(b"agi_network: yes\n", closed=True) is Reason.CUT_SHORT


def test_closing_after_the_environment_is_no_fault() -> None:
    reader = EnvironmentReader()
    reader.feed(environment_bytes())

    reader.feed_eof()

    assert reader.environment is not None


@given(STREAMS, st.data())
def test_where_the_bytes_are_cut_changes_nothing(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    assert outcome(*chunks) == outcome(stream)
    assert outcome(*(stream[n : n + 1] for n in range(len(stream)))) == outcome(stream)


@given(STREAMS)
def test_no_key_is_smuggled(stream: bytes) -> None:
    read = outcome(stream)

    if isinstance(read, Environment):
        lines = stream.replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n")
        sent = [line for line in lines if line] if not stream.startswith((b"\n", b"\r\n")) else []
        assert all(WELL_FORMED.fullmatch(line) for line in sent)
        assert list(read.values) == [line.partition(b": ")[0].decode() for line in sent]
        assert not any(re.search(r"[\x00-\x1f\x7f]", value) for value in read.values.values())


@given(VALUES)
def test_a_value_may_hold_anything_printable(name: str) -> None:
    assert environment(calleridname=name).values["agi_calleridname"] == name


@given(st.sampled_from(["agi_network_script", "agi_callerid", "agi_arg_1", "x"]), VALUES)
def test_a_line_hidden_in_the_caller_name_is_refused(key: str, value: str) -> None:
    assert isinstance(outcome(environment_bytes(calleridname=f"Eve\n{key}: {value}")), Reason)
