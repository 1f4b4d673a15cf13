"""Which prompts ask a caller for a key, read from the flows in force."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ari_app.domain.flow import Flow

RETRY_PROMPTS = frozenset({"not-understood", "no-key-heard"})  # the menu itself follows


def readable_flows(folder: Path) -> "list[Flow]":
    """Files that cannot be read are left out: `hotline check` is for those."""
    from ari_app.domain.errors import BadFlow
    from ari_app.domain.flow import read_flow

    flows = []
    for path in sorted(folder.glob("*.toml")):
        try:
            flows.append(read_flow(path.read_text(encoding="utf-8"), str(path)))
        except (BadFlow, UnicodeDecodeError):
            continue
    return flows


def questions(flows: "Iterable[Flow]") -> frozenset[str]:
    """As the ear names them: `zh/main-menu`."""
    from ari_app.domain.flow import LANGUAGES

    names = {name for flow in flows for name in _asking(flow)} - RETRY_PROMPTS
    return frozenset(f"{language}/{name}" for language in LANGUAGES for name in names)


def _asking(flow: "Flow") -> Iterator[str]:
    for node in flow.node.values():
        if node.keys_used():
            yield from node.prompts_used()


def language_keys(flows: "Iterable[Flow]") -> dict[str, str]:
    """Language -> the key that chooses it, where a flow asks for the language."""
    from ari_app.domain.flow import Language

    return {
        language: key
        for flow in flows
        for node in flow.node.values()
        if isinstance(node, Language)
        for key, language in node.keys.items()
    }
