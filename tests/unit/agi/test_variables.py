"""The table of channel variables is whole."""

import re
from pathlib import Path

import pytest

from agi import variables
from agi.variables import VARIABLES, Variable, Who
from ari_app.domain.call_end import READ_AT_END

REPOSITORY = Path(__file__).parents[3]
NAMES = [
    value
    for name, value in vars(variables).items()
    if name.startswith("CC_") or name == "CALL_GROUP"
]


def test_each_constant_has_its_row() -> None:
    assert list(VARIABLES) == NAMES
    own = [name for name in NAMES if name != variables.CALL_GROUP]
    assert all(getattr(variables, name) == name for name in own)


@pytest.mark.parametrize("variable", VARIABLES.values(), ids=str)
def test_each_row_says_who_and_what(variable: Variable) -> None:
    assert variable.set_by
    assert re.fullmatch(r"CC_[A-Z_]+|GROUP\(call\)", variable.name)
    assert variable.meaning


@pytest.mark.parametrize(
    ("who", "files", "setting"),
    [
        (Who.DIALPLAN, "dialplan/*.conf", r"Set\((CC_[A-Z_]+)="),
        (Who.ARI_APP, "ari_app/**/*.py", r"set_(?:variable|global_var)\(\"(CC_[A-Z_]+)\""),
        (Who.ARI_APP, "ari_app/workers/place.py", r"\"(CC_[A-Z_]+)\":"),
        (Who.WATCHDOG, "watchdog/*.py", r"Variable=\"(CC_[A-Z_]+)\", Value="),
    ],
)
def test_whoever_sets_a_variable_is_named(who: Who, files: str, setting: str) -> None:
    found = {
        name for path in REPOSITORY.glob(files) for name in re.findall(setting, path.read_text())
    }

    assert found
    assert {name for name in found if who not in VARIABLES[name].set_by} == set()


def test_only_the_heartbeat_is_global() -> None:
    assert [v.name for v in VARIABLES.values() if v.is_global] == ["CC_ALIVE"]


def test_the_table_agrees_with_what_call_ended_reads() -> None:
    read = {v.name for v in VARIABLES.values() if Who.CALL_ENDED in v.read_by}

    assert read == set(READ_AT_END) - {"HANGUPCAUSE"}
