from pathlib import Path

import pytest

from ari_app.commands.checks.contracts import check_contracts, extensions

FOLDER = Path("dialplan")
SHOWN = """
[ Context 'from-site' created by 'pbx_config' ]
  '_X.' =>          1. NoOp(${{CC_CALLER}})                       [site.local.conf:3]
     [ask]          2. AGI(agi://127.0.0.1:4573/{script},${{{variable}}}) [site.local.conf:4]
                    3. {last}()                                   [site.local.conf:5]
  'h' =>            1. NoOp()                                     [site.local.conf:6]

[ Context 'sub-x' created by 'pbx_config' ]
  's' =>            1. Return()                                   [site.local.conf:9]

-= 3 extensions (5 priorities) in 2 contexts. =-
"""


def findings(
    *, script: str = "open_hours", variable: str = "CC_CALL", last: str = "Hangup"
) -> list[str]:
    shown = SHOWN.format(script=script, variable=variable, last=last)
    known = {"open_hours"}, {"CC_CALL", "CC_CALLER"}
    return [f"{one.file} {one.place}: {one.what}" for one in check_contracts(shown, *known, FOLDER)]


def test_steps_are_read_by_extension() -> None:
    shown = SHOWN.format(script="open_hours", variable="CC_CALL", last="Hangup")

    assert [(one.context, one.pattern, len(one.steps)) for one in extensions(shown)] == [
        ("from-site", "_X.", 3),
        ("from-site", "h", 1),
        ("sub-x", "s", 1),
    ]


def test_what_keeps_to_the_rules_has_no_findings() -> None:
    assert findings() == []


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"last": "Wait"}, "line 5: [from-site] _X. ends in Wait"),
        ({"script": "no_such"}, "line 4: there is no AGI script 'no_such'"),
        ({"variable": "CC_CALLED"}, "line 4: there is no variable CC_CALLED"),
    ],
)
def test_what_breaks_a_rule_is_named_with_its_line(changed: dict[str, str], finding: str) -> None:
    assert findings(**changed) == [f"dialplan/site.local.conf {finding}"]


def test_steps_that_run_programs_are_warned_of() -> None:
    (ends, misused) = findings(last="System")

    assert "ends in System" in ends
    assert "System does what a caller could misuse" in misused
