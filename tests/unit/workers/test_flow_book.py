from pathlib import Path

import pytest

from ari_app.domain.errors import BadFlow
from ari_app.domain.flow import Flow, Hangup, Names
from ari_app.workers.flow_book import FlowBook, read_flows
from ari_app.workers.query_book import read_queries

GOOD = """
name = "hotline"
start = "bye"
[node.bye]
type = "hangup"
"""
NAMES = Names({"goodbye"}, {"orders"}, {"hotline"})


def a_flow(name: str) -> Flow:
    return Flow(name=name, start="bye", node={"bye": Hangup()})


def findings_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(BadFlow) as raised:
        read_flows(folder, NAMES)
    return tuple(map(str, raised.value.findings))


def test_every_file_of_the_folder_is_a_flow(tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text(GOOD)
    (tmp_path / "night.toml").write_text(GOOD.replace("hotline", "night"))

    assert set(read_flows(tmp_path, NAMES).names) == {"hotline", "night"}


def test_every_finding_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace('start = "bye"', 'start = "hello"'))
    (tmp_path / "b.toml").write_text("name = ")
    (tmp_path / "c.toml").write_bytes('name = "热线"'.encode("gb18030"))

    first, second, third, fourth = findings_of(tmp_path)

    assert "start 'hello' is no node" in first
    assert "no way leads here" in second
    assert third.startswith("b.toml, end of document")
    assert fourth == "c.toml: byte 8 is not UTF-8; save the file as UTF-8"


def test_two_files_with_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD)

    (finding,) = findings_of(tmp_path)
    assert finding.startswith("b.toml: another file has a flow 'hotline' already")


def test_without_the_default_flow_nothing_can_be_run(tmp_path: Path) -> None:
    assert "no flow that can be read is named 'hotline'" in findings_of(tmp_path)[0]


def test_an_unknown_name_gets_the_default_flow() -> None:
    book = FlowBook([a_flow("hotline"), a_flow("night")])

    assert book.get("night").name == "night"
    assert book.get("no-such-flow").name == "hotline"


def test_the_flows_we_ship_can_be_run() -> None:
    flows = Path(__file__).parents[3] / "dialplan" / "flows"
    manifest = Path(__file__).parents[3] / "sounds" / "manifest.toml"
    prompts = {line[9:-1] for line in manifest.read_text().splitlines() if line[:9] == "[prompts."}

    queries, wrong = read_queries(flows.parent / "queries", ())
    names = Names(
        prompts, {"orders", "support"}, {"hotline"}, schedules={"hotline"}, queries=queries
    )

    book = read_flows(flows, names)

    assert wrong == []
    assert "hotline" in book.names
