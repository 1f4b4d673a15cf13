"""What only the whole of the flows shows."""

import random

from ari_app.domain.finding import Level
from ari_app.domain.flow import (
    Agent,
    Ask,
    Call,
    Flow,
    GoOn,
    Hangup,
    Mailbox,
    Menu,
    Node,
    Queue,
    Return,
    Say,
    Spoken,
    Transfer,
)
from ari_app.domain.flow.wholeness import circles, shape_findings
from ari_app.domain.speech import SpokenAs


def a_queue(**changed: str) -> Queue:
    exits = {"talked": "bye", "timeout": "bye", "nobody": "bye", "closed": "bye"} | changed
    return Queue(queue="orders", **exits)  # type: ignore[arg-type]


def found(*flows: Flow) -> list[tuple[str, str, str]]:
    named = {f"{flow.name}.toml": flow for flow in flows}
    return [(one.level.value, one.place, one.what) for one in shape_findings(named)]


def a_flow(name: str = "hotline", start: str = "menu", **nodes: Node) -> Flow:
    return Flow(name=name, start=start, node={**nodes, "bye": Hangup()})


def a_menu(**keys: str) -> Menu:
    return Menu(prompts=("a",), keys={name[1:]: to for name, to in keys.items()}, otherwise="bye")


def test_a_flow_that_leads_to_people_and_ends_is_whole() -> None:
    assert found(a_flow(menu=a_menu(_1="orders"), orders=a_queue())) == []


def test_a_circle_in_which_nobody_is_asked_is_an_error() -> None:
    flow = a_flow(
        start="a",
        a=Say(prompts=("a",), next="b"),
        b=a_queue(nobody="c"),
        c=Say(prompts=("c",), next="a"),
    )

    assert found(flow) == [
        ("error", "node 'a'", "leads round in a circle through 'b', 'c', and nobody is asked")
    ]


def test_a_node_that_leads_to_itself_is_a_circle_and_has_no_end() -> None:
    flow = Flow(name="hotline", start="a", node={"a": Say(prompts=("a",), next="a")})

    assert [what for level, _, what in found(flow) if level == "error"] == [
        "leads round in a circle, and nobody is asked",
        "no way leads on from here to an end, a line or a mailbox",
    ]


def an_agent(patience: float = 20, **changed: str) -> Agent:
    exits = {"talked": "bye", "busy": "bye", "no_answer": "bye", "away": "bye"} | changed
    return Agent(agent="{call.caller}", patience_seconds=patience, **exits)  # type: ignore[arg-type]


def test_agents_who_are_away_lead_round_in_a_circle_too() -> None:
    flow = a_flow(start="a", a=an_agent(away="b"), b=a_queue(nobody="a"))

    assert [what for level, _, what in found(flow) if level == "error"] == [
        "leads round in a circle through 'b', and nobody is asked"
    ]


def test_a_busy_agent_is_waited_for_with_patience_only() -> None:
    assert found(a_flow(start="a", a=an_agent(busy="a"))) == []
    assert found(a_flow(start="a", a=an_agent(busy="a", patience=0)))


def test_agents_and_extensions_are_people_and_another_flow_is_not() -> None:
    extension = Transfer(extension="1001", talked="bye", failed="bye")
    line = a_flow("line", start="orders", orders=a_queue())

    assert found(a_flow(start="a", a=an_agent())) == []
    assert found(a_flow(start="a", a=extension)) == []
    assert found(a_flow(start="a", a=Transfer(flow="line")), line) == []
    assert found(a_flow(start="a", a=Transfer(flow="talk")), a_flow("talk", start="bye"))


def test_a_circle_with_a_question_or_a_wait_in_it_is_none() -> None:
    asked = a_flow(menu=a_menu(_1="say", _2="orders"), say=Say(prompts=("a",), next="menu"),
                   orders=a_queue(timeout="menu"))  # fmt: skip

    assert found(asked) == []


def test_menus_that_lead_only_to_each_other_have_no_end() -> None:
    menu = Menu(prompts=("a",), keys={"1": "other"}, otherwise="menu")
    other = Menu(prompts=("a",), keys={"1": "menu"}, otherwise="menu")
    flow = Flow(name="hotline", start="menu", node={"menu": menu, "other": other})

    assert [place for level, place, _ in found(flow) if level == "error"] == [
        "node 'menu'",
        "node 'other'",
    ]


def test_a_flow_without_anybody_is_warned_of_once() -> None:
    flow = a_flow(menu=a_menu(_1="message"), message=Mailbox(mailbox="hotline", next="bye"))

    assert found(flow) == [("warning", "", "callers of this flow can reach no person")]


def test_a_choice_that_leads_to_nobody_is_named() -> None:
    flow = a_flow(menu=a_menu(_1="orders", _2="self"), orders=a_queue(), self=a_menu(_1="bye"))

    assert found(flow) == [
        ("warning", "node 'self'", "no way leads from here to a person or a mailbox")
    ]


def test_people_in_another_flow_count() -> None:
    call = Call(flow="inner", results={"done": "bye"}, failed="bye")
    inner = a_flow("inner", menu=a_menu(_1="orders"), orders=a_queue(), back=Return(result="done"))

    assert found(a_flow(menu=call), inner) == []
    assert found(a_flow(menu=GoOn(flow="inner")), inner) == []


def test_a_line_without_a_word_for_after_hours_is_warned_of() -> None:
    flow = a_flow(menu=a_menu(_1="orders"), orders=a_queue(closed=""))

    ((level, place, what),) = found(flow)
    assert (level, place) == (Level.WARNING, "node 'orders'")
    assert "after hours" in what


def test_circles_are_those_that_brute_force_finds() -> None:
    rng = random.Random(7)
    for _ in range(200):
        names = [str(number) for number in range(rng.randint(1, 8))]
        graph = {name: set(rng.sample(names, rng.randint(0, len(names)))) for name in names}

        round_trip = {name for name in names if name in _reached(graph, name)}

        assert set().union(*circles(graph), set()) == round_trip


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    ahead = list(graph[start])
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += graph[name]
    return seen


def test_a_flow_of_many_nodes_in_a_row_is_followed_to_its_end() -> None:
    nodes: dict[str, Node] = {
        f"n{number}": Say(prompts=("a",), next=f"n{number + 1}") for number in range(5000)
    }
    flow = Flow(name="hotline", start="n0", node={**nodes, "n5000": Hangup()})

    assert [level for level, _, _ in found(flow)] == ["warning"]


def test_a_variable_that_no_flow_uses_is_named() -> None:
    ask = Ask(prompts=("a",), variable="number", next="orders", otherwise="orders")
    told = Say(prompts=(Spoken(value="{number}", kind=SpokenAs.DIGITS),), next="bye")
    other = a_flow("other", start="told", told=told)

    assert found(a_flow(start="ask", ask=ask, orders=a_queue())) == [
        ("warning", "node 'ask'", "variable 'number' is set, and no flow uses it")
    ]
    assert [
        what for _, _, what in found(a_flow(start="ask", ask=ask, orders=a_queue()), other)
    ] == ["callers of this flow can reach no person"]  # of the other, which says the number


def test_a_dialogue_that_returns_to_its_caller_needs_nobody_of_its_own() -> None:
    flow = a_flow("survey", menu=a_menu(_1="back"), back=Return(result="done"))

    assert found(flow) == []
