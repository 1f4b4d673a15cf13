"""One command, one line, whatever the arguments are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agi.protocol.command import MAX_COMMAND, encode
from agi.protocol.refused import AgiRefused, Reason
from tests.fakes.agi_peer import tokenize


def test_arguments_are_quoted() -> None:
    line = encode("SET VARIABLE", "CC_FLOW", 'say "hi" \\ bye')

    assert line == b'SET VARIABLE "CC_FLOW" "say \\"hi\\" \\\\ bye"\n'


@pytest.mark.parametrize("break_", ["\n", "\r", "\0", "\ud800"])
def test_what_would_end_the_line_is_refused(break_: str) -> None:
    with pytest.raises(AgiRefused) as caught:
        encode("SET VARIABLE", "CC_FLOW", f"a{break_}HANGUP")

    assert caught.value.reason is Reason.UNSENDABLE
    assert "HANGUP" not in str(caught.value)


@pytest.mark.parametrize("verb", ["", "set variable", "NOOP\nHANGUP", 'NOOP "x"', "NOOP "])
def test_a_verb_is_words_in_capitals(verb: str) -> None:
    with pytest.raises(AgiRefused):
        encode(verb)


def test_a_line_asterisk_would_cut_in_two_is_refused() -> None:
    overhead = len(encode("VERBOSE", ""))

    assert len(encode("VERBOSE", "x" * (MAX_COMMAND - overhead))) == MAX_COMMAND
    with pytest.raises(AgiRefused):
        encode("VERBOSE", "x" * (MAX_COMMAND - overhead + 1))


@given(st.lists(st.text(max_size=60), max_size=4))
def test_asterisk_reads_what_was_meant(arguments: list[str]) -> None:
    try:
        line = encode("SET VARIABLE", *arguments)
    except AgiRefused:
        assert any(set("\r\n\0") & set(argument) for argument in arguments)
        return

    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert tokenize(line) == ["SET", "VARIABLE", *arguments]
