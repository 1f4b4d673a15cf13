from pathlib import Path

import pytest

from ari_app.commands.checks.dialplan import (
    Known,
    Step,
    check_dialplan,
    contexts,
    names,
    steps,
    targets,
)

SHOWN = """\
[ Context 'from-trunk' created by 'pbx_config' ]
  '_X.' =>          1. Gosub(sub-arrival,s,1(${FILTER(0-9,${EXTEN:0:24})})) [inbound.conf:8]
                    2. Playback(hotline/welcome)                   [inbound.conf:9]
     [T]            3. Goto(app-enter,s,1)                         [inbound.conf:10]

[ Context 'sub-arrival' created by 'pbx_config' ]
  's' =>            1. Return()                                    [subroutines.conf:3]

-= 2 extensions (4 priorities) in 2 contexts. =-
"""
APPLICATIONS = """\
    -= Registered Asterisk Applications =-
              Gosub: Jump to label, saving return address.
               Goto: Jump to a particular priority.
             Return: Return from gosub routine.
"""
FOLDER = Path("/dialplan")


def known(**changed: frozenset[str]) -> Known:
    fields = {
        "contexts": contexts(SHOWN),
        "applications": names(APPLICATIONS),
        "functions": frozenset({"filter"}),
    }
    return Known(**{**fields, **changed})


def test_steps_know_where_they_were_written() -> None:
    assert steps(SHOWN)[1] == Step("Playback", "hotline/welcome", "inbound.conf", "9")
    assert len(steps(SHOWN)) == 4


def test_what_asterisk_does_not_have_is_found_with_file_and_line() -> None:
    found = list(check_dialplan(steps(SHOWN), known(), FOLDER))

    assert [(each.file, each.place) for each in found] == [
        ("/dialplan/inbound.conf", "line 9"),
        ("/dialplan/inbound.conf", "line 10"),
    ]
    assert found[0].what == "Asterisk has no application Playback"
    assert found[1].what == "Goto leads to [app-enter], which does not exist"


def test_a_function_nobody_loaded_is_found() -> None:
    found = list(check_dialplan(steps(SHOWN)[:1], known(functions=frozenset()), FOLDER))

    assert [each.what for each in found] == ["Asterisk has no function FILTER"]


@pytest.mark.parametrize(
    ("application", "arguments", "named"),
    [
        ("Goto", "app-enter,s,1", ["app-enter"]),
        ("Goto", "label", []),
        ("Gosub", "sub-trunk-${CHANNEL(channeltype)},s,1", []),
        ("GotoIf", '$["${A}" = ""]?app-message,s,1', ["app-message"]),
        ("GotoIf", '$["${A}" = "x,y,z"]?done', []),
        ("GotoIf", "$[${A}]?app-one,s,1:app-two,s,1", ["app-one", "app-two"]),
        ("Set", "app-one,s,1", []),
    ],
)
def test_a_jump_names_its_contexts(application: str, arguments: str, named: list[str]) -> None:
    assert targets(Step(application, arguments, "a.conf", "1")) == named
