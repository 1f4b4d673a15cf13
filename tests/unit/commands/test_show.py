from collections.abc import Callable
from typing import Any

import pytest

from ari_app.commands import show
from tests.unit.commands.samples import ARRIVED


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, ""), (0.0, "0.0 s"), (8.34, "8.3 s"), (59.7, "1:00"), (125.0, "2:05")],
)
def test_a_duration_is_short_to_read(seconds: float | None, shown: str) -> None:
    assert show.duration(seconds) == shown


def test_times_are_shown_in_the_zone_of_the_machine() -> None:
    assert show.local_time(ARRIVED) == ARRIVED.astimezone().strftime("%F %T")
    assert show.local_time(None) == ""


def test_nothing_known_is_an_empty_cell(drawn: Callable[[Any], str]) -> None:
    text = drawn(show.table(["a", "b"], [[None, 0]]))

    assert text.split() == ["a", "b", *[text.split()[2]], "0"]


def test_text_with_brackets_is_not_taken_for_markup(drawn: Callable[[Any], str]) -> None:
    assert "[red]" in drawn(show.table(["a"], [["[red]"]]))


def test_details_are_short_pairs_without_what_is_empty() -> None:
    assert show.detail({"exit": "1", "reasons": [], "queue": ""}) == "exit=1"
    assert show.detail({"reasons": ["a", "b"]}) == "reasons=a, b"
    assert show.detail({"long": "x" * 60}).endswith("…")


def test_chinese_characters_take_two_columns() -> None:
    assert show.padded("听到", 6) == "听到  "
    assert show.padded("heard", 6) == "heard "


def test_a_picture_for_a_pipe_has_no_colours(drawn: Callable[[Any], str]) -> None:
    assert "\x1b" not in drawn(show.table(["a"], [[show.mark(ok=False)]]))
