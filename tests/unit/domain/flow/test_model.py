from pathlib import Path

import pytest

from ari_app.domain.errors import BadFlow
from ari_app.domain.flow import Face, Flow, Menu, Names, Node, WayKind, WayOut, problems, read_flow

PROMPTS = {"welcome", "main-menu", "choose-language", "goodbye", "not-understood", "no-key-heard"}
PROMPTS |= {"please-hold-connecting", "all-agents-busy", "thank-you-for-waiting"}
PROMPTS |= {"closed-hours", "passing-you-on"}
PROMPTS |= {"leave-message-after-tone", "message-saved", "message-too-short"}
TEXT = """
name = "hotline"
title = { zh = "热线", en = "Hotline" }
start = "welcome"

[node.welcome]
type = "say"
prompts = ["welcome"]
next = "language"

[node.language]
type = "language"
prompts = ["choose-language"]
keys = { "1" = "zh", "2" = "en" }
next = "menu"

[node.menu]
type = "menu"
prompts = ["main-menu"]
keys = { "1" = "orders", "2" = "message" }
otherwise = "orders"

[node.orders]
type = "queue"
queue = "orders"
keys = { "*" = "message" }
talked = "goodbye"
timeout = "message"
nobody = "message"

[node.message]
type = "mailbox"
mailbox = "hotline"
next = "goodbye"

[node.goodbye]
type = "hangup"
"""

CALLBACK = """
[node.more]
type = "queue"
queue = "support"
keys = { "1" = "later", "2" = "orders" }
talked = "goodbye"
timeout = "goodbye"
nobody = "goodbye"

[node.later]
type = "callback"
queue = "orders"
booked = "goodbye"
declined = "more"
"""


OTHERS = {
    "check-number": Face(arguments={"number"}, results={"good", "bad"}, writes={"status"}),
    "night": Face(),
}


def found(text: str) -> list[str]:
    flow = read_flow(text, "hotline.toml")
    names = Names(PROMPTS, {"orders"}, {"hotline"}, OTHERS)
    return [str(problem) for problem in problems(flow, names)]


def test_a_flow_is_read_from_toml() -> None:
    flow = read_flow(TEXT, "hotline.toml")

    assert (flow.name, flow.start) == ("hotline", "welcome")
    assert flow.node["menu"] == Menu(
        prompts=("main-menu",), keys={"1": "orders", "2": "message"}, otherwise="orders"
    )


def test_nothing_is_wrong_with_a_good_flow() -> None:
    assert found(TEXT) == []


def test_the_version_changes_with_the_text_and_with_nothing_else() -> None:
    version = read_flow(TEXT, "a.toml").version

    assert read_flow(TEXT, "b.toml").version == version
    assert read_flow(TEXT + "# a remark", "a.toml").version != version


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('start = "welcome"', 'start = "hello"', "start 'hello' is no node"),
        ('next = "menu"', 'next = "men"', "node 'language': exit 'next' leads to 'men'"),
        ('"1" = "orders"', '"A" = "orders"', "node 'menu': key 'A' is not on a phone"),
        ('"1" = "orders"', '"11" = "orders"', "node 'menu': key '11' is not on a phone"),
        ('["welcome"]', '["hello"]', "node 'welcome': prompt 'hello' is not in the manifest"),
        ('queue = "orders"', 'queue = "sales"', "there is no queue 'sales'"),
        ('mailbox = "hotline"', 'mailbox = "b"', "there is no mailbox 'b'"),
        ('"2" = "en"', '"2" = "fr"', "'fr' is no language of ours"),
        ('next = "language"', 'next = "goodbye"', "node 'language': no way leads here"),
        ('otherwise = "orders"', 'otherwise = "orders"\ntries = 0', "menu': tries is 0"),
        (
            'otherwise = "orders"',
            'otherwise = "orders"\nwithin_seconds = -1',
            "menu': within_seconds is -1",
        ),
        ('mailbox = "hotline"', 'mailbox = "hotline"\nlongest_seconds = 0', "longest_seconds is 0"),
        ('["main-menu"]', "[]", "node 'menu': prompts is empty"),
        ('["welcome"]', "[]", "node 'welcome': prompts is empty"),
        ('nobody = "message"', 'nobody = "orders"', "'orders': `nobody` leads round in a circle"),
    ],
)
def test_what_would_go_wrong_with_callers_is_found_and_says_where(
    old: str, new: str, complaint: str
) -> None:
    assert old in TEXT

    assert any(complaint in problem for problem in found(TEXT.replace(old, new, 1)))


def test_queues_that_lead_to_each_other_while_nobody_is_there_are_a_circle() -> None:
    second = """
    [node.others]
    type = "queue"
    queue = "orders"
    talked = "goodbye"
    timeout = "message"
    nobody = "orders"
    """
    text = TEXT.replace('nobody = "message"', 'nobody = "others"', 1) + second

    assert [problem.partition("`")[0] for problem in found(text)] == [
        "hotline, node 'orders': ",
        "hotline, node 'others': ",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('type = "hangup"', 'type = "dance"'),
        ('next = "menu"', ""),
        ('next = "menu"', 'next = "menu"\nnxt = "menu"'),
        ('queue = "orders"', "queue = 7"),
        ('name = "hotline"', "name ="),
    ],
)
def test_what_is_not_shaped_like_a_flow_is_refused_with_the_file_name(old: str, new: str) -> None:
    with pytest.raises(BadFlow) as raised:
        read_flow(TEXT.replace(old, new, 1), "/site/flows/hotline.toml")
    (finding,) = map(str, raised.value.findings)
    assert finding.startswith("hotline.toml, ")


def test_a_node_is_left_by_its_exits() -> None:
    flow = read_flow(TEXT, "hotline.toml")

    assert flow.follow("menu", "2") == "message"
    assert flow.follow("orders", "*") == "message"
    assert flow.follow("orders", "talked") == "goodbye"


def test_the_ways_out_of_a_queue_are_known_by_what_they_lead_to() -> None:
    text = TEXT.replace('{ "*" = "message" }', '{ "*" = "message", "#" = "menu", "8" = "goodbye" }')
    flow = read_flow(text + CALLBACK, "hotline.toml")

    assert {key: way.kind.value for key, way in flow.ways_out("orders").items()} == {
        "*": "mailbox",
        "#": "menu",
        "8": "key",
    }
    assert flow.ways_out("more") == {
        "1": WayOut(WayKind.CALLBACK),
        "2": WayOut(WayKind.OTHER_QUEUE, "orders"),
    }
    assert flow.ways_out("menu") == {}


@pytest.mark.parametrize(
    ("start", "queue"), [("welcome", None), ("orders", "orders"), ("language", None), ("bye", None)]
)
def test_a_flow_leads_to_a_queue_where_the_caller_decides_nothing(
    start: str, queue: str | None
) -> None:
    flow = read_flow(TEXT.replace('start = "welcome"', f'start = "{start}"'), "hotline.toml")

    assert flow.leads_to == queue


def test_what_is_said_before_a_queue_does_not_hide_it() -> None:
    text = TEXT.replace('next = "menu"', 'next = "orders"')

    assert read_flow(text, "hotline.toml").leads_to == "orders"


def test_a_callback_is_for_a_queue_that_exists() -> None:
    text = TEXT + CALLBACK.replace('queue = "orders"', 'queue = "sales"')

    assert any("hotline, node 'later': there is no queue 'sales'" in one for one in found(text))


def test_a_key_that_leads_nowhere_is_a_bad_flow() -> None:
    with pytest.raises(BadFlow, match="no exit '7'"):
        read_flow(TEXT, "hotline.toml").follow("menu", "7")


@pytest.mark.parametrize("node", Flow.__annotations__["node"].__args__[1].__args__)
def test_every_type_of_node_says_what_it_does(node: type[Node]) -> None:
    assert node.__doc__
    assert node.__struct_config__.tag


def test_the_flow_we_ship_is_shaped_like_one() -> None:
    for path in (Path(__file__).parents[4] / "dialplan" / "flows").glob("*.toml"):
        assert read_flow(path.read_text(), str(path)).start


PASSING = """
[node.check]
type = "call"
flow = "check-number"
arguments = { number = "{call.caller}" }
results = { good = "goodbye", bad = "later" }
failed = "goodbye"

[node.later]
type = "go-on"
flow = "night"
"""


def passing(old: str = "", new: str = "") -> list[str]:
    text = TEXT.replace('"1" = "orders"', '"1" = "orders", "3" = "check"') + PASSING
    assert old in text
    return found(text.replace(old, new, 1) if old else text)


def test_a_flow_may_call_another() -> None:
    assert passing() == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('flow = "night"', 'flow = "nigth"', "there is no flow 'nigth'"),
        (', bad = "later"', "", "flow 'check-number' can end with 'bad'"),
        ("bad =", "ugly =", "flow 'check-number' never ends with 'ugly'"),
        ("{ number =", "{ nmber =", "takes no argument 'nmber'"),
        ("{ number =", "{ nmber =", "needs the argument 'number'"),
        ("{call.caller}", "{call.callr}", "'call.callr' is no name of a variable"),
        ("{call.caller}", "{caller}", "variable 'caller' is read, and nothing sets it"),
        ("{ number =", '{ "call.tier" =', "'call.tier' cannot be set"),
    ],
)
def test_what_is_wrong_between_flows_is_found(old: str, new: str, complaint: str) -> None:
    assert any(complaint in problem for problem in passing(old, new))


def test_what_a_called_flow_sets_may_be_read_afterwards() -> None:
    assert passing("{call.caller}", "{status}") == []


def test_the_face_of_a_flow_is_what_others_see_of_it() -> None:
    flow = read_flow(
        """
        name = "check-number"
        start = "good"
        arguments = ["number"]
        [node.good]
        type = "return"
        result = "good"
        """,
        "x.toml",
    )

    assert flow.face == Face(("number",), {"good"}, set())
