"""A file takes its place complete or not at all, and belongs to whoever owns its folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to."""
    handle, name = tempfile.mkstemp(suffix=".part", dir=path.parent)
    os.close(handle)
    half_done = Path(name)
    try:
        yield half_done
        half_done.chmod(0o644)
        half_done.replace(path)
    finally:
        half_done.unlink(missing_ok=True)


def own_like(folder: Path, *paths: Path) -> None:
    """What root puts into a folder of the engine's stays the engine's to change."""
    if os.geteuid() == 0:
        owner = folder.stat()
        for path in paths:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
