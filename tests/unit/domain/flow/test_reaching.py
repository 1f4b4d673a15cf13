"""What is found wrong with `agent` and `transfer` before callers meet it."""

import pytest

from ari_app.domain.flow import Agent, BaseNode, Face, Names, Transfer
from ari_app.domain.flow.node import every_fault

NAMES = Names(
    {"please-hold-connecting", "agent-busy-please-hold"},
    (),
    (),
    {"track": Face(arguments={"number"})},
)
EXITS = {"talked": "bye", "busy": "bye", "no_answer": "bye", "away": "bye"}


def an_agent(**changed: object) -> Agent:
    return Agent(**{"agent": "{number}", **EXITS, **changed})  # type: ignore[arg-type]


def to(**changed: object) -> Transfer:
    return Transfer(**changed)  # type: ignore[arg-type]


def test_nothing_is_wrong_with_good_ones() -> None:
    good = (
        an_agent(),
        an_agent(agent="1001", patience_seconds=0, keys={"0": "bye"}),
        to(extension="1001", talked="bye", failed="bye"),
        to(number="02112345678", talked="bye", failed="bye", busy="bye"),
        to(flow="track", arguments={"number": "{number}"}),
    )

    assert [fault for node in good for fault in every_fault(node, NAMES)] == []


@pytest.mark.parametrize(
    ("node", "what"),
    [
        (an_agent(agent=""), "agent '' is no number of an agent"),
        (an_agent(agent="12"), "agent '12' is no number of an agent"),
        (an_agent(agent="王芳"), "agent '王芳' is no number of an agent"),
        (an_agent(agent="{Number}"), "'Number' is no name of a variable"),
        (an_agent(patience_seconds=-1), "patience_seconds is -1"),
        (an_agent(patience_seconds=601), "patience_seconds is 601"),
        (an_agent(keys={"A": "bye"}), "key 'A' is not on a phone"),
        (an_agent(busy_prompts=("hello",)), "prompt 'hello' is not in the manifest"),
        (to(), "leads nowhere"),
        (to(extension="1001", flow="track"), "leads to several places"),
        (to(extension="10 01", talked="a", failed="a"), "extension '10 01' is no number"),
        (to(number="{number}", talked="a", failed="a"), "number '{number}' cannot be dialled"),
        (to(number="12", talked="a", failed="a"), "number '12' cannot be dialled"),
        (to(extension="1001", number="110", talked="a", failed="a"), "leads to several places"),
        (to(extension="1001", talked="a", failed="a", busy="a"), "exit of numbers outside"),
        (to(flow="trick"), "there is no flow 'trick'"),
        (to(flow="track"), "flow 'track' needs the argument 'number'"),
        (to(flow="track", arguments={"number": "1"}, failed="a"), "never comes back"),
        (to(extension="1001", arguments={"a": "1"}, talked="a", failed="a"), "for another flow"),
    ],
)
def test_what_is_wrong_is_named_with_a_cure(node: BaseNode, what: str) -> None:
    faults = list(every_fault(node, NAMES))

    assert any(what in fault.what for fault in faults)
    assert all(fault.cure for fault in faults)


def test_what_is_not_set_leads_where_the_nearest_exit_leads() -> None:
    exits = an_agent(away="away", no_answer="other").exits()

    assert (exits["unknown"], exits["lost"]) == ("away", "other")
    assert to(number="110", talked="a", failed="b").exits()["busy"] == "b"
