"""The generated types: untouched by hand, and named as Python names things."""

import re
from pathlib import Path

import pytest

from tools.ari_codegen.__main__ import TARGET, check
from tools.ari_codegen.description import identifier, python_type, snake


def test_generated_files_are_as_the_generator_wrote_them() -> None:
    assert check(None, insist=False) == []


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("channelId", "channel_id"), ("sendDTMF", "send_dtmf"), ("absorbDTMF", "absorb_dtmf")],
)
def test_names_become_snake_case(theirs: str, ours: str) -> None:
    assert snake(theirs) == ours


def test_words_of_python_get_an_underscore() -> None:
    assert identifier("from") == "from_"


def test_types_become_python_types() -> None:
    assert python_type("List[Channel]") == "list[Channel]"
    assert python_type("Date") == "datetime"


def test_the_example_in_the_readme_compiles() -> None:
    text = (Path(TARGET) / "README.md").read_text()
    match = re.search(r"```python\n(.+?)```", text, re.DOTALL)
    assert match is not None

    compile(match[1], "README.md", "exec")

    assert match[1].count("\n") <= 42
