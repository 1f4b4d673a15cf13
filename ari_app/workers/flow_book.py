"""The flows of one version, read from their texts and checked before any caller meets them."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ari_app.domain.errors import BadFlow, NotFound
from ari_app.domain.finding import Finding, error
from ari_app.domain.flow import Flow, Names, Queue, problems, read_flow
from ari_app.domain.flow_files import QUERIES, FlowFiles, flow_texts, query_texts, version_of
from ari_app.domain.lookup import LookUp
from ari_app.domain.route import DEFAULT_ROUTE
from ari_app.workers.query_book import Queries, queries_in, query_files

NO_QUERIES: Queries = MappingProxyType({})


class FlowBook:
    """`version` is that of the files together."""

    def __init__(
        self, flows: Collection[Flow], version: str = "", queries: Queries = NO_QUERIES
    ) -> None:
        """Raises: BadFlow without the flow that every call falls back to."""
        self.version = version
        self._queries = queries
        self._flows = {flow.name: flow for flow in flows}
        if DEFAULT_ROUTE.flow not in self._flows:
            raise BadFlow(
                [
                    error(
                        "dialplan/flows",
                        "",
                        f"no flow that can be read is named {DEFAULT_ROUTE.flow!r}",
                        "every other falls back to it: mend or add it",
                    )
                ]
            )

    def get(self, name: str) -> Flow:
        """The flow, or the default one when a route names none that exists."""
        return self._flows.get(name, self._flows[DEFAULT_ROUTE.flow])

    def query(self, name: str) -> LookUp:
        """As it was published with these flows. Raises: NotFound."""
        try:
            return self._queries[name]
        except KeyError:
            raise NotFound("query", name) from None

    def waiting_for(self, queue: str, first: str) -> tuple[Flow, str] | None:
        """A flow and its node of type `queue` for this queue; the flow `first` where it has one."""
        flows = sorted(self._flows.values(), key=lambda flow: (flow.name != first, flow.name))
        for flow in flows:
            for name, node in flow.node.items():
                if isinstance(node, Queue) and node.queue == queue:
                    return flow, name
        return None

    @property
    def names(self) -> Collection[str]:
        return self._flows.keys()

    @property
    def leads(self) -> Mapping[str, str | None]:
        """Every flow with the queue it leads to whatever the caller does."""
        return {name: flow.leads_to for name, flow in self._flows.items()}

    @property
    def queues_used(self) -> Mapping[str, str]:
        """Every queue that a flow may lead to, with one that does."""
        return {
            queue: f"flow {flow.name!r}, node {name!r}"
            for flow in self._flows.values()
            for name, node in flow.node.items()
            for queue in node.queues_used()
        }


def prompt_names(manifest: Path) -> Collection[str]:
    """Every prompt a flow may use."""
    names: dict[str, Any] = tomllib.loads(manifest.read_text(encoding="utf-8"))["prompts"]
    return names.keys()


def read_files(folder: Path) -> FlowFiles:
    """Every `*.toml` of the folder, and of that of the queries beside it.

    Raises:
        BadFlow: naming each that is not UTF-8.
    """
    files, findings = _texts(folder)
    queries, unread = query_files(folder.parent / QUERIES)
    if findings or unread:
        raise BadFlow(findings + unread)
    return {**files, **{f"{QUERIES}{name}": text for name, text in queries.items()}}


def _texts(folder: Path) -> tuple[FlowFiles, list[Finding]]:
    files: dict[str, str] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            files[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as bad:
            what = f"byte {bad.start} is not UTF-8"
            findings.append(error(path.name, "", what, "save the file as UTF-8"))
    return files, findings


def read_book(
    files: FlowFiles,
    names: Names | None,
    hosts: Collection[str] = (),
    before: Queries = NO_QUERIES,
) -> FlowBook:
    """
    Args:
        names: what flows may name beside each other and their queries; None asks of a flow only
            that it can be read: what is to go on as it was.
        hosts: that queries may ask.
        before: the queries of files from before these were part of them.

    Raises:
        BadFlow: every finding of every file at once.
    """
    flows, findings = read_texts(files)
    texts = query_texts(files)
    queries, wrong = queries_in(texts, None if names is None else hosts)
    queries = queries if texts else before
    if names is not None:
        findings += wrong
        findings += check_all(flows, replace(names, queries=queries))
    if findings:
        raise BadFlow(sorted(findings, key=lambda finding: finding.file))
    return FlowBook([*flows.values()], version_of(files), queries)


def read_flows(folder: Path, names: Names) -> FlowBook:
    """The files of the folder.

    Raises:
        BadFlow: every finding of every file at once.
    """
    flows, findings = read_folder(folder)
    findings += check_all(flows, names)
    if findings:
        raise BadFlow(sorted(findings, key=lambda finding: finding.file))
    return FlowBook([*flows.values()])


def read_folder(folder: Path) -> tuple[Mapping[str, Flow], list[Finding]]:
    """Every flow that can be read, by the name of its file, and what is wrong with the others."""
    files, unread = _texts(folder)
    flows, findings = read_texts(files)
    return flows, unread + findings


def read_texts(files: FlowFiles) -> tuple[Mapping[str, Flow], list[Finding]]:
    """As `read_folder`, of texts that were read already."""
    flows: dict[str, Flow] = {}
    findings: list[Finding] = []
    for name, text in sorted(flow_texts(files).items()):
        try:
            flow = read_flow(text, name)
        except BadFlow as bad:
            findings += bad.findings
            continue
        if any(flow.name == other.name for other in flows.values()):
            what = f"another file has a flow {flow.name!r} already"
            findings.append(error(name, "", what, "give one of them another name"))
        flows[name] = flow
    return flows, findings


def check_all(flows: Mapping[str, Flow], names: Names) -> Iterator[Finding]:
    """What would go wrong with callers, each finding with its file."""
    names = replace(names, flows={flow.name: flow.face for flow in flows.values()})
    for file, flow in flows.items():
        yield from (replace(finding, file=file) for finding in problems(flow, names))
