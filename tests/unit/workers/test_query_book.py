from pathlib import Path

import pytest

from ari_app.domain.errors import BadFlow, NotFound
from ari_app.domain.flow import Names
from ari_app.workers.flow_book import NO_QUERIES, read_book, read_files
from ari_app.workers.query_book import read_queries

GOOD = 'name = "a"\ncolumns = ["x"]\nsql = "SELECT x FROM lookup_x"\n'
ABROAD = 'name = "a"\ncolumns = { x = "x" }\nurl = "https://erp.example.com/x"\n'
FLOW = """
name = "hotline"
start = "look"

[node.look]
type = "look-up"
query = "a"
variables = { x = "x" }
found = "end"
nothing = "end"
failed = "end"

[node.end]
type = "hangup"
"""
NAMES = Names({"goodbye", "one-moment-please"}, (), ())


def test_files_that_cannot_be_asked_are_findings_and_no_queries(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "c.toml").write_text("name = ")
    (tmp_path / "d.toml").write_bytes(b"\xff")
    (tmp_path / "e.toml").write_text(GOOD.replace('"a"', '"e"').replace("SELECT", "DELETE"))

    queries, findings = read_queries(tmp_path, ())

    assert set(queries) == {"a"}
    assert [finding.file for finding in findings] == ["b.toml", "c.toml", "d.toml", "e.toml"]


def test_the_queries_beside_the_flows_are_files_of_the_same_version(tmp_path: Path) -> None:
    for folder, text in (("flows", FLOW), ("queries", GOOD)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.toml").write_text(text)

    files = read_files(tmp_path / "flows")

    assert files == {"a.toml": FLOW, "queries/a.toml": GOOD}
    other = {**files, "queries/a.toml": GOOD.replace("lookup_x", "lookup_y")}
    assert read_book(files, NAMES).version != read_book(other, NAMES).version


def test_a_book_keeps_the_queries_it_was_published_with() -> None:
    book = read_book({"a.toml": FLOW, "queries/a.toml": GOOD}, NAMES)
    newer = read_book({"a.toml": FLOW, "queries/a.toml": GOOD.replace("_x", "_y")}, NAMES)

    assert book.query("a").sql == "SELECT x FROM lookup_x"
    assert newer.query("a").sql == "SELECT x FROM lookup_y"
    with pytest.raises(NotFound):
        book.query("b")


def test_what_was_published_before_queries_were_part_of_it_asks_those_of_the_folder() -> None:
    before = read_book({"a.toml": FLOW, "queries/a.toml": GOOD}, NAMES)
    queries = {"a": before.query("a")}

    assert read_book({"a.toml": FLOW}, None, before=queries).query("a").name == "a"
    with pytest.raises(BadFlow, match="there is no query 'a'"):
        read_book({"a.toml": FLOW}, NAMES, before=NO_QUERIES)


def test_a_host_is_asked_about_when_it_is_published_and_not_once_it_is_live() -> None:
    files = {"a.toml": FLOW, "queries/a.toml": ABROAD}

    with pytest.raises(BadFlow, match=r"host 'erp\.example\.com' may not be asked"):
        read_book(files, NAMES)
    assert read_book(files, NAMES, {"erp.example.com"}).query("a")
    assert read_book(files, None).query("a")
