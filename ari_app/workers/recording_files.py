"""The two folders of recordings, touched only through names we made and never through links."""

import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from uuid import UUID

from ari_app.domain.errors import HotlineError
from ari_app.domain.recording import Reason, Side, call_of, mono_name

FILE_MODE = 0o640
FOLDER_MODE = 0o750
_READ_BYTES = 2**20
# O_NONBLOCK: a pipe in a recording's place is refused, not waited for.
_READ_ONLY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class UnsafeFile(HotlineError):
    """Something other than a regular file stands where a recording should."""


@dataclass(frozen=True, slots=True)
class Written:
    """A whole file: its size and the SHA-256 of its bytes in hexadecimal."""

    bytes: int
    sha256: str


class Spool:
    """Where Asterisk writes the mono files of live calls."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def open(self, call_id: UUID, stack: ExitStack) -> dict[Side, BinaryIO | Reason]:
        """Both files of a call, open for reading until the stack is closed; else why not.

        Raises:
            OSError: otherwise than for want of a file.
        """
        found: dict[Side, BinaryIO | Reason] = {}
        with _opened_folder(self.root) as folder:
            for side in Side:
                try:
                    file = _open_regular(mono_name(call_id, side), folder)
                    found[side] = stack.enter_context(file)
                except FileNotFoundError:
                    found[side] = Reason.NO_FILE
                except UnsafeFile:
                    found[side] = Reason.UNSAFE_FILE
        return found

    def clear(self, call_id: UUID, odd: Collection[Side]) -> None:
        """Nothing of the call is left under its names. Safe to repeat.

        Args:
            odd: kept for a person to look at, under a name nobody works on.
        """
        with _opened_folder(self.root) as folder:
            for side in Side:
                name = mono_name(call_id, side)
                if side not in odd:
                    _discard(name, folder)
                    continue
                with suppress(FileNotFoundError):
                    os.rename(name, f"set-aside-{name}", src_dir_fd=folder, dst_dir_fd=folder)

    def calls(self) -> tuple[set[UUID], set[str]]:
        """The calls that have files here, and the names that are not ours."""
        names = {entry.name for entry in os.scandir(self.root)}
        ours = {name: call for name in names if (call := call_of(name)) is not None}
        return set(ours.values()), names - ours.keys()


class Archive:
    """Where finished recordings stay, by day. Paths are relative to the root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: PurePosixPath, content: Iterable[bytes]) -> Written:
        """The file appears whole and durable under its name, or not at all."""
        temporary = f".{path.name}.part"
        with _opened_folder(self.root, path.parent, make=True) as folder:
            try:
                written = _write_new(temporary, folder, content)
                os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                _discard(temporary, folder)
                raise
            os.fsync(folder)
        return written

    def open(self, path: PurePosixPath) -> BinaryIO:
        """Raises FileNotFoundError, UnsafeFile or another OSError."""
        with _opened_folder(self.root, path.parent) as folder:
            return _open_regular(path.name, folder)


def measure(file: BinaryIO) -> Written:
    """Size and hash of an open file, read from its start."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := file.read(_READ_BYTES):
        digest.update(block)
        size += len(block)
    return Written(size, digest.hexdigest())


def _write_new(name: str, folder: int, content: Iterable[bytes]) -> Written:
    digest, size = hashlib.sha256(), 0
    try:
        fd = os.open(name, _CREATE, FILE_MODE, dir_fd=folder)
    except FileExistsError:  # of one who died over it
        _discard(name, folder)
        fd = os.open(name, _CREATE, FILE_MODE, dir_fd=folder)
    with os.fdopen(fd, "wb") as file:
        os.fchmod(file.fileno(), FILE_MODE)  # whatever the umask
        for block in content:
            file.write(block)
            digest.update(block)
            size += len(block)
        file.flush()
        os.fsync(file.fileno())
        if os.fstat(file.fileno()).st_size != size:
            raise OSError(f"{name}: {size} bytes written, another number arrived")
    return Written(size, digest.hexdigest())


def _open_regular(name: str, folder: int) -> BinaryIO:
    try:
        fd = os.open(name, _READ_ONLY, dir_fd=folder)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:  # a link; a socket
            raise UnsafeFile(f"{name} is not a regular file") from error
        raise
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise UnsafeFile(f"{name} is not a regular file")
    return os.fdopen(fd, "rb")


@contextmanager
def _opened_folder(
    root: Path, below: PurePosixPath | None = None, *, make: bool = False
) -> Iterator[int]:
    """A descriptor of the folder, reached step by step without following links."""
    fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in below.parts if below else ():
            if part in {"..", "/"}:
                raise UnsafeFile(f"{below} leaves its root")
            fd, outer = _step_into(part, fd, make=make), fd
            os.close(outer)
        yield fd
    finally:
        os.close(fd)


def _step_into(part: str, outer: int, *, make: bool) -> int:
    try:
        return os.open(part, _FOLDER, dir_fd=outer)
    except FileNotFoundError:
        if not make:
            raise
    with suppress(FileExistsError):
        os.mkdir(part, FOLDER_MODE, dir_fd=outer)
        os.fsync(outer)
    return os.open(part, _FOLDER, dir_fd=outer)


def _discard(name: str, folder: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
