"""The cache of made sounds, and their copies in sounds/generated.

A sound's key says all it was made from, so a file in the cache never changes. A copy carries the
time stamp of its original: equal size and time mean it is that very sound, without an index.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ari_app.sounds.atomic import replacing
from ari_app.sounds.formats import RATES


class Cache:
    """Shared by every clone and every run on the machine; writing is atomic."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str, suffix: str) -> Path:
        return self.folder / key[:2] / f"{key}{suffix}"

    def has(self, key: str) -> bool:
        return all(_size(self.path(key, suffix)) for suffix in RATES)

    def keep(self, key: str, files: Mapping[str, bytes]) -> None:
        for suffix in RATES:
            path = self.path(key, suffix)
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as half_done:
                half_done.write_bytes(files[suffix])

    def is_published(self, key: str, target: Path) -> bool:
        return all(
            _same(self.path(key, suffix), target.with_name(target.name + suffix))
            for suffix in RATES
        )

    def publish(self, key: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        for suffix in RATES:
            with replacing(target.with_name(target.name + suffix)) as half_done:
                shutil.copyfile(self.path(key, suffix), half_done)
                times = self.path(key, suffix).stat()
                os.utime(half_done, ns=(times.st_atime_ns, times.st_mtime_ns))


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Waits until no other run works on the folder; the system lifts the lock if we die."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def sweep(generated: Path, wanted: set[str]) -> list[Path]:
    """Removes sounds the manifest no longer has, and what a killed run left behind."""
    removed = []
    for path in generated.rglob("*"):
        name = path.relative_to(generated).with_suffix("").as_posix()
        ours = path.suffix in RATES and name not in wanted
        if path.is_file() and (ours or path.suffix == ".part"):
            path.unlink(missing_ok=True)
            removed.append(path)
    return removed


def _size(path: Path) -> int:
    """0 also for a file whose content a power failure took: both count as not there."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _same(original: Path, copy: Path) -> bool:
    if not _size(original) or not _size(copy):
        return False
    first, second = original.stat(), copy.stat()
    return (first.st_size, first.st_mtime_ns) == (second.st_size, second.st_mtime_ns)
