"""The queries of a set of flow files, read from their texts and checked."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from ari_app.domain.errors import BadFlow
from ari_app.domain.finding import Finding, error
from ari_app.domain.lookup import LookUp, lookup_problems, read_lookup

Queries = Mapping[str, LookUp]


def query_files(folder: Path) -> tuple[Mapping[str, str], list[Finding]]:
    """Name -> text of every `*.toml`, and those that are not UTF-8."""
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as bad:
            what = f"byte {bad.start} is not UTF-8"
            findings.append(error(path.name, "", what, "save the file as UTF-8"))
    return texts, findings


def queries_in(
    texts: Mapping[str, str], hosts: Collection[str] | None
) -> tuple[Queries, list[Finding]]:
    """Every query that can be asked, by name, and what is wrong with the others.

    Args:
        texts: by file name.
        hosts: that may be asked; None: what was allowed once goes on as it was.
    """
    queries: dict[str, LookUp] = {}
    findings: list[Finding] = []
    for file, text in sorted(texts.items()):
        try:
            query = read_lookup(text, file)
        except BadFlow as bad:
            findings += bad.findings
            continue
        allowed = {query.host} if hosts is None else hosts
        wrong = [replace(one, file=file) for one in lookup_problems(query, allowed)]
        if query.name in queries:
            what = f"another file has a query {query.name!r} already"
            wrong.append(error(file, "", what, "give one of them another name"))
        findings += wrong
        if not wrong:
            queries[query.name] = query
    return queries, findings


def read_queries(folder: Path, hosts: Collection[str]) -> tuple[Queries, list[Finding]]:
    """As `queries_in`, of the files of a folder."""
    texts, unread = query_files(folder)
    queries, findings = queries_in(texts, hosts)
    return queries, sorted(findings + unread, key=lambda finding: finding.file)
