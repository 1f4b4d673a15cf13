"""The flow files as one set: what is published, compared and gone back to together."""

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

FlowFiles: TypeAlias = Mapping[str, str]
"""File name -> text."""


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
