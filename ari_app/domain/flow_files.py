"""The flow files and the queries they ask, as one set: what is published, compared and gone back
to together."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

FlowFiles: TypeAlias = Mapping[str, str]
"""File name -> text; names of queries begin with `queries/`."""

QUERIES = "queries/"


def flow_texts(files: FlowFiles) -> FlowFiles:
    return {name: text for name, text in files.items() if not name.startswith(QUERIES)}


def query_texts(files: FlowFiles) -> FlowFiles:
    """By the names they have in their own folder; none in what was published before they were
    part of it."""
    return {name[len(QUERIES) :]: files[name] for name in files if name.startswith(QUERIES)}


def path_of(name: str, flows: Path) -> Path:
    """Args: flows: the folder of the flows; that of the queries is beside it."""
    return flows.parent / name if name.startswith(QUERIES) else flows / name


def version_of(files: FlowFiles) -> str:
    """The same for the same names and texts, whoever asks and whenever."""
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:12]


def changed_files(before: FlowFiles, after: FlowFiles) -> list[str]:
    """Names of files that are new, gone or different."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
