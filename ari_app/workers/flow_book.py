"""The flows in force, read from their files and checked before any caller meets them."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ari_app.domain.errors import BadFlow
from ari_app.domain.flow import Flow, problems, read_flow
from ari_app.domain.route import DEFAULT_ROUTE


class FlowBook:
    def __init__(self, flows: Collection[Flow]) -> None:
        """Raises: BadFlow without the flow that every call falls back to."""
        self._flows = {flow.name: flow for flow in flows}
        if DEFAULT_ROUTE.flow not in self._flows:
            raise BadFlow(
                [f"no flow is named {DEFAULT_ROUTE.flow!r}; every other falls back to it"]
            )

    def get(self, name: str) -> Flow:
        """The flow, or the default one when a route names none that exists."""
        return self._flows.get(name, self._flows[DEFAULT_ROUTE.flow])

    @property
    def names(self) -> Collection[str]:
        return self._flows.keys()

    @property
    def leads(self) -> Mapping[str, str | None]:
        """Every flow with the queue it leads to whatever the caller does."""
        return {name: flow.leads_to for name, flow in self._flows.items()}


def prompt_names(manifest: Path) -> Collection[str]:
    """Every prompt a flow may use."""
    names: dict[str, Any] = tomllib.loads(manifest.read_text(encoding="utf-8"))["prompts"]
    return names.keys()


def read_flows(
    folder: Path, *, prompts: Collection[str], queues: Collection[str], mailboxes: Collection[str]
) -> FlowBook:
    """Every `*.toml` of the folder.

    Raises:
        BadFlow: every finding of every file at once.
    """
    flows: list[Flow] = []
    findings: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            flow = read_flow(path.read_text(encoding="utf-8"), str(path))
        except BadFlow as error:
            findings += error.findings
        except UnicodeDecodeError as error:
            findings.append(f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8")
        else:
            if any(flow.name == other.name for other in flows):
                findings.append(f"{path.name}: another file has a flow {flow.name!r} already")
            flows.append(flow)
            findings += problems(flow, prompts=prompts, queues=queues, mailboxes=mailboxes)
    if findings:
        raise BadFlow(findings)
    return FlowBook(flows)
