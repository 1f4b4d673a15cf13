"""Flow files: can each be run as written?"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ari_app.commands.checks.listening import check_listening
from ari_app.domain.finding import Finding, error
from ari_app.domain.flow import Names
from ari_app.domain.flow.wholeness import shape_findings
from ari_app.domain.route import DEFAULT_ROUTE
from ari_app.workers.flow_book import check_all, read_folder
from ari_app.workers.query_book import read_queries


def check_flows(folder: Path, names: Names, hosts: Collection[str] = ()) -> Iterator[Finding]:
    """Args: hosts: that queries may ask."""
    queries, misread = read_queries(folder.parent / "queries", hosts)
    for finding in misread:
        yield replace(finding, file=str(folder.parent / "queries" / finding.file))
    names = replace(names, queries=queries)
    flows, findings = read_folder(folder)
    findings += check_all(flows, names)
    if not findings:
        findings += shape_findings(flows)
    for finding in findings:
        yield replace(finding, file=str(folder / finding.file))
    for file, flow in flows.items():
        yield from check_listening(str(folder / file), flow)
    if DEFAULT_ROUTE.flow not in {flow.name for flow in flows.values()}:
        what = f"no flow that can be read is named {DEFAULT_ROUTE.flow!r}"
        yield error(str(folder), "", what, "every other falls back to it: mend or add it")


def leads(folder: Path) -> Mapping[str, str | None]:
    """Every flow that can be read with the queue it leads to whatever the caller does."""
    flows, _ = read_folder(folder)
    return {flow.name: flow.leads_to for flow in flows.values()}
