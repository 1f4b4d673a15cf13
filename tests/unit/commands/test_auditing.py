from pathlib import Path
from typing import Any

import pytest

from ari_app.commands import auditing
from ari_app.site.layout import Site


class Pool:
    """A database that nobody asks anything."""

    async def close(self) -> None:
        pass


async def test_the_audit_looks_at_the_node_of_its_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site.create(tmp_path / "site")
    site.choices_file.write_text("HOTLINE_NODE=shanghai-2\n")
    nodes = []

    async def opened(*_: Any, **__: Any) -> Pool:
        return Pool()

    def checks(ask: Any, recordings: Any, node: str, sources: Any) -> None:
        nodes.append(node)

    monkeypatch.setattr(auditing, "open_pool", opened)
    monkeypatch.setattr(auditing, "Checks", checks)

    async with auditing.auditor_of(site):
        pass

    assert nodes == ["shanghai-2"]
