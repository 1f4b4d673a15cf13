"""The table of channel variables is what dialplan and programs really do."""

import re
from collections.abc import Set

import pytest

from agi.variables import VARIABLES, Who
from ari_app.domain.call import HANDED_OVER
from ari_app.domain.call_end import READ_AT_END
from tests.dialplan.parsed import ROOT, assigned, contexts, variables_read

STEPS = " ".join(f"{step.app}({step.args})" for context in contexts() for step in context.steps)
GLOBALS = (ROOT / "asterisk-conf" / "extensions.conf.j2").read_text().partition("[globals]")[2]
OF_ASTERISK = {"DIALSTATUS", "STASISSTATUS", "EPOCH", "EXTEN", "ARG1"}


def named(who: Who, *, sets: bool) -> set[str]:
    """What the table says of one of them."""
    return {v.name for v in VARIABLES.values() if who in (v.set_by if sets else v.read_by)}


def in_code(*folders: str, pattern: str = r'"(CC_[A-Z_]+|GROUP\(call\))"') -> set[str]:
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {name for path in paths for name in re.findall(pattern, path.read_text())}


def test_every_variable_of_the_dialplan_is_in_the_table() -> None:
    assert set(re.findall(r"\bCC_[A-Z_]+", STEPS)) <= set(VARIABLES)


def test_what_the_table_says_the_dialplan_sets_it_sets() -> None:
    set_by_steps = {
        name for context in contexts() for step in context.steps for name in assigned(step)
    }

    assert set_by_steps == named(Who.DIALPLAN, sets=True)


def test_what_the_table_says_the_dialplan_reads_it_reads() -> None:
    named_plainly = {name.partition("(")[0] for name in named(Who.DIALPLAN, sets=False)}

    assert named_plainly <= variables_read(STEPS)


def test_what_the_table_says_of_routing_is_so() -> None:
    script = (ROOT / "agi" / "handlers" / "route_call.py").read_text()

    assert set(re.findall(r"\b(CC_\w+)=", script)) == named(Who.ROUTE_CALL, sets=True)
    assert named(Who.ROUTE_CALL, sets=False) <= set(re.findall(r"\bCC_\w+", script))


def test_what_the_table_says_of_the_end_of_a_call_is_so() -> None:
    assert set(READ_AT_END) - {"HANGUPCAUSE"} == named(Who.CALL_ENDED, sets=False)


def test_what_the_table_says_the_engine_reads_is_handed_over() -> None:
    assert {f"CC_{name.upper()}" for name in HANDED_OVER} == named(Who.ARI_APP, sets=False)


def test_what_the_table_says_the_engine_sets_it_sets() -> None:
    literal = in_code("ari_app/ari", "ari_app/workers", "ari_app/flows")
    literal |= set(re.findall(r'"(CC_\w+)"', (ROOT / "ari_app" / "app.py").read_text()))

    assert literal == named(Who.ARI_APP, sets=True)


def test_what_the_table_says_of_the_watchdog_is_so() -> None:
    ours: Set[str] = named(Who.WATCHDOG, sets=True) | named(Who.WATCHDOG, sets=False)

    assert ours == in_code("watchdog")


@pytest.mark.parametrize("variable", sorted(variables_read(STEPS)))
def test_every_variable_that_is_read_comes_from_somewhere(variable: str) -> None:
    functions = set(re.findall(r"\$\{(\w+)\(", STEPS))
    defined = set(re.findall(r"^(\w+) =", GLOBALS, re.MULTILINE))

    assert variable in set(VARIABLES) | functions | defined | OF_ASTERISK
