from typing import Any

import pytest

from ari_app.domain.flow import Listen, Names
from ari_app.domain.flow.listening import Choice
from ari_app.domain.flow.node import every_fault

NAMES = Names(
    prompts={"main-menu", "not-understood", "nothing-heard"}, queues=(), mailboxes=(), flows={}
)


def node(**changed: Any) -> Listen:
    values: dict[str, Any] = {
        "prompts": ("main-menu",),
        "choices": {"a": Choice(to="x", key="1", en=("orders",), zh=("订单",))},
        "unsure": "x",
        "nothing": "x",
        "failed": "x",
    }
    return Listen(**(values | changed))


def test_a_choice_leads_on_by_phrase_and_by_key() -> None:
    assert node().exits() == {"a": "x", "unsure": "x", "nothing": "x", "failed": "x"}
    assert node().phrases("en") == {"orders": "a"}
    assert node().phrases("zh") == {"订单": "a"}
    assert (node().by_key("1"), node().by_key("2"), node().by_key("")) == ("a", None, None)
    assert list(every_fault(node(), NAMES)) == []


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"choices": {}}, "no choice"),
        ({"choices": {"unsure": Choice(to="x", key="1")}}, "name of an exit"),
        ({"choices": {"a": Choice(to="x")}}, "has no key"),
        ({"choices": {"a": Choice(to="x", key="A")}}, "not on a phone"),
        ({"choices": {"a": Choice(to="x", key="1"), "b": Choice(to="x", key="1")}}, "two choices"),
        ({"choices": {"a": Choice(to="x", key="1", en=("yes", "Yes"))}}, "there twice"),
        ({"choices": {"a": Choice(to="x", key="1", en=("yes;",))}}, "listened for"),
        ({"choices": {"a": Choice(to="x", key="1", en=("<x> | y",))}}, "listened for"),
        ({"choices": {"a": Choice(to="x", key="1", zh=("",))}}, "listened for"),
        ({"confidence": 1.5}, "confidence"),
        ({"prompts": ()}, "prompts is empty"),
        ({"tries": 0}, "tries"),
    ],
)
def test_what_would_go_wrong_is_named(changed: dict[str, Any], what: str) -> None:
    assert any(what in fault.what for fault in every_fault(node(**changed), NAMES))
