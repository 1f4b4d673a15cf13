"""A flow as text for Mermaid, and as a picture of our own."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from ari_app.commands.flow import svg as drawing
from ari_app.commands.flow.graph import Graph, graph_of
from ari_app.commands.flow.mermaid import mermaid
from ari_app.commands.flow.svg import dot, layered, layers_of, svg
from ari_app.domain.flow import Flow, Hangup, Menu, Node, Queue, Say

NODES: dict[str, Node] = {
    "welcome": Say(prompts=("welcome", "this-call-is-recorded", "more"), next="menu"),
    "menu": Menu(
        prompts=("main-menu",), keys={"1": "orders", "2": "orders", "#": "welcome"}, otherwise="bye"
    ),
    "orders": Queue(queue="orders", talked="bye", timeout="bye", nobody="bye"),
    "bye": Hangup(),
}
NASTY = '"]; <b>热线</b> & \\ #quot;'


def a_graph(title: str = "热线") -> Graph:
    flow = Flow(name="hotline", title={"zh": title}, start="welcome", node=NODES)
    return graph_of(flow, "zh")


def test_exits_that_lead_the_same_way_are_one_arrow() -> None:
    labels = {(one.source, one.target): one.label for one in a_graph().arrows}

    assert labels["menu", "orders"] == "1, 2"
    assert labels["welcome", "menu"] == ""
    assert labels["orders", "bye"] == "talked, timeout, nobody, closed, served"


def test_a_box_says_its_type_and_what_tells_it_from_others() -> None:
    told = {box.name: (box.kind, box.detail, box.ends) for box in a_graph().boxes}

    assert told["orders"] == ("queue", "orders", False)
    assert told["welcome"] == ("say", "welcome, this-call-is-recorded ...", False)
    assert told["bye"] == ("hangup", "goodbye", True)


def test_mermaid_has_every_node_and_arrow() -> None:
    text = mermaid(a_graph())

    assert text.startswith('flowchart TD\n    start(("热线"))\n')
    assert '    n1{{"menu (menu): main-menu"}}\n' in text
    assert '    n1 -->|"1, 2"| n2\n' in text
    assert text.count("-->") == 1 + len(a_graph().arrows)


def test_no_text_of_a_flow_gets_out_of_its_quotes() -> None:
    title = mermaid(a_graph(NASTY)).splitlines()[1]

    assert title.count('"') == 2
    assert "<b>" not in title
    assert ElementTree.fromstring(layered(a_graph(NASTY)))[0].text == NASTY
    assert 'label="\\"]; <b>热线</b> & \\\\ #quot;"' in dot(a_graph(NASTY))


def test_our_own_picture_is_whole() -> None:
    root = ElementTree.fromstring(layered(a_graph()))

    names = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == len(NODES)
    assert {"welcome", "menu", "orders", "bye"} <= set(names)
    assert "1, 2" in names


def test_who_is_reached_in_as_many_steps_stands_in_one_row() -> None:
    assert layers_of(a_graph()) == [["welcome"], ["menu"], ["orders", "bye"]]


def test_what_no_way_leads_to_is_drawn_last() -> None:
    flow = Flow(name="x", start="nowhere", node={"bye": Hangup()})

    assert layers_of(graph_of(flow, "en")) == [["bye"]]
    assert "bye" in layered(graph_of(flow, "en"))


def test_without_graphviz_we_draw_ourselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "DOT", "no-such-program")

    picture, drawn_by = svg(a_graph())

    assert drawn_by == "hotline"
    assert picture.startswith("<svg ")


def test_a_graphviz_that_fails_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(drawing, "DOT", str(program))

    assert svg(a_graph())[1] == "hotline"


def test_graphviz_draws_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\ncat\n")  # what it is given comes back
    program.chmod(0o755)
    monkeypatch.setattr(drawing, "DOT", str(program))

    picture, drawn_by = svg(a_graph())

    assert drawn_by == "graphviz"
    assert picture == dot(a_graph())
