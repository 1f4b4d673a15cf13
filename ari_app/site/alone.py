"""One command at a time starts and stops the parts of a site."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ari_app.domain.errors import Unavailable


@contextmanager
def alone(lock: Path, doing: str) -> Iterator[None]:
    """The lock ends with the process, however that ends.

    Args:
        doing: what to call it, when somebody else comes: `hotline up`.

    Raises:
        Unavailable: another one is at it; says which.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            who = file.read().strip() or "another command"
            raise Unavailable(f"{who} is at work on this site: wait until it has ended") from None
        file.truncate(0)
        file.write(f"`{doing}` (process {os.getpid()})")
        file.flush()
        yield
