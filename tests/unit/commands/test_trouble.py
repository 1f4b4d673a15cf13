import errno

import pytest

from ari_app.commands.trouble import NotPossible, advice, document, exit_code, lines
from ari_app.domain.errors import (
    BadFlow,
    BadSettings,
    Conflict,
    NotFound,
    Unavailable,
)
from ari_app.domain.finding import error


def test_wrong_settings_are_one_line_each_and_end_with_2() -> None:
    error = BadSettings(["HOTLINE_A is not set", "HOTLINE_B='x': no number"])

    assert lines(error) == ["HOTLINE_A is not set", "HOTLINE_B='x': no number"]
    assert exit_code(error) == 2


def test_a_bad_flow_is_one_line_per_finding() -> None:
    bad = BadFlow([error("a.toml", "node 'b'", "it is odd", "mend it"), error("c", "", "d", "e")])

    assert lines(bad) == ["a.toml, node 'b': it is odd; mend it", "c: d; e"]
    assert exit_code(bad) == 2


def test_other_errors_are_one_line_with_what_to_do_next() -> None:
    assert lines(Unavailable("PostgreSQL: refused\nmore")) == [
        "PostgreSQL: refused more; `hotline status` says which part is not well"
    ]
    assert exit_code(Unavailable("x")) == 1


def test_an_error_that_names_its_cure_is_left_alone() -> None:
    assert lines(Unavailable("not running: `hotline up`")) == ["not running: `hotline up`"]


def test_what_is_missing_is_named_as_people_would() -> None:
    assert lines(NotFound("call", "5f0c")) == ["there is no call 5f0c; `hotline calls` lists them"]


def test_an_error_without_words_shows_its_name() -> None:
    assert lines(Conflict()) == ["Conflict"]


def test_a_full_disk_says_what_to_do() -> None:
    assert "free some space" in lines(OSError(errno.ENOSPC, "No space left on device"))[0]


@pytest.mark.parametrize(
    ("error", "shape"),
    [
        (NotPossible("it cannot", "do that"), {"error": "it cannot", "next": "do that"}),
        (Conflict("two"), {"error": "two", "next": ""}),
    ],
)
def test_as_json_an_error_has_an_error_and_a_next(error: Exception, shape: dict[str, str]) -> None:
    assert document(error) == shape


def test_as_json_wrong_settings_are_listed() -> None:
    assert document(BadSettings(["a", "b"]))["problems"] == ["a", "b"]
    assert advice(BadSettings(["a"]))
