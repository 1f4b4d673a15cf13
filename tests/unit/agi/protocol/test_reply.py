"""What Asterisk answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agi.protocol.refused import AgiRefused, Reason
from agi.protocol.reply import MAX_LINE, MAX_USAGE_LINES, Reply, ReplyReader
from tests.fakes.agi_peer import USAGE

PIECES = st.one_of(
    st.sampled_from(
        [b"200 result=1\n", b"200 result=1 (x)\n", b"HANGUP\n", b"510 Invalid\n", USAGE, b"\r\n"]
    ),
    st.binary(max_size=20),
)


def replies(*chunks: bytes) -> tuple[list[Reply], bool, Reason | None]:
    reader, taken, reason = ReplyReader(), [], None
    try:
        for chunk in chunks:
            reader.feed(chunk)
    except AgiRefused as refused:
        reason = refused.reason
    while (reply := reader.take()) is not None:
        taken.append(reply)
    return taken, reader.hung_up, reason


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"200 result=1\n", Reply(200, "1")),
        (b"200 result=\r\n", Reply(200, "")),
        (b"200 result=1 (value)\n", Reply(200, "1", "value")),
        (b"200 result=1 ()\n", Reply(200, "1", "")),
        (b"200 result=1 (a (b) c)\n", Reply(200, "1", "a (b) c")),
        (b"200 result=1 (x) endpos=5)\n", Reply(200, "1", "x) endpos=5")),
        (b"200 result=-1 endpos=8000\n", Reply(200, "-1", None, 8000)),
        (b"200 result=0 (timeout) endpos=160\n", Reply(200, "0", "timeout", 160)),
        (b"200 result=1 (\xff)\n", Reply(200, "1", "\N{REPLACEMENT CHARACTER}")),
        (b"510 Invalid or unknown command\n", Reply(510, text="Invalid or unknown command")),
        (
            b"511 Command Not Permitted on a dead channel or intercept routine\n",
            Reply(511, text="Command Not Permitted on a dead channel or intercept routine"),
        ),
        (b"520 No usage\n", Reply(520, text="No usage")),
        (USAGE, Reply(520, text=USAGE.decode().removesuffix("\n"))),
    ],
)
def test_each_form_of_answer_is_read(line: bytes, reply: Reply) -> None:
    assert replies(line) == ([reply], False, None)


def test_hangup_may_come_at_any_moment() -> None:
    assert replies(b"HANGUP\n") == ([], True, None)
    assert replies(b"HANGUP\n200 result=1\n") == ([Reply(200, "1")], True, None)
    assert replies(USAGE.replace(b"\nUsage", b"\nHANGUP\nUsage")) == replies(USAGE, b"HANGUP\n")


@pytest.mark.parametrize(
    "line",
    [
        b"result=1\n",
        b"200\n",
        b"200 result\n",
        b"200 result=1 (open\n",
        b"200 result=1 (x) endpos=y\n",
        b"agi_callingpres: 0\n",
        b"\n",
        b"x" * (MAX_LINE + 1),
        b"520-Usage\n" + b"on and on\n" * (MAX_USAGE_LINES + 1),
    ],
)
def test_what_asterisk_never_says_is_refused(line: bytes) -> None:
    assert replies(line)[2] is Reason.BAD_REPLY


@pytest.mark.parametrize("early", [b"200 result=1\n", b"200 res", b"520-Usage\n", b"HANGMAN"])
def test_an_answer_before_the_question_is_refused(early: bytes) -> None:
    reader = ReplyReader()
    reader.feed(early)

    with pytest.raises(AgiRefused) as caught:
        reader.check_idle()

    assert caught.value.reason is Reason.UNASKED_REPLY


@pytest.mark.parametrize("early", [b"", b"H", b"HANGUP", b"HANGUP\r", b"HANGUP\n"])
def test_a_hangup_needs_no_question(early: bytes) -> None:
    reader = ReplyReader()
    reader.feed(early)

    reader.check_idle()


@given(st.lists(PIECES, max_size=8).map(b"".join))
def test_where_the_bytes_are_cut_changes_nothing(stream: bytes) -> None:
    assert replies(*(stream[n : n + 1] for n in range(len(stream)))) == replies(stream)
