"""The table of channel variables is whole."""

import re

import pytest

from agi import variables
from agi.variables import VARIABLES, Variable, Who
from ari_app.domain.call_end import READ_AT_END

NAMES = [name for name in vars(variables) if name.startswith("CC_")]


def test_each_constant_has_its_row() -> None:
    assert list(VARIABLES) == NAMES
    assert all(getattr(variables, name) == name for name in NAMES)


@pytest.mark.parametrize("variable", VARIABLES.values(), ids=str)
def test_each_row_says_who_and_what(variable: Variable) -> None:
    assert variable.set_by
    assert re.fullmatch(r"CC_[A-Z]+", variable.name)
    assert variable.meaning


def test_only_the_heartbeat_is_global() -> None:
    assert [v.name for v in VARIABLES.values() if v.is_global] == ["CC_ALIVE"]


def test_the_table_agrees_with_what_call_ended_reads() -> None:
    read = {v.name for v in VARIABLES.values() if Who.CALL_ENDED in v.read_by}

    assert read == set(READ_AT_END) - {"HANGUPCAUSE"}
