"""Is there room on the disk to start?"""

import shutil
from pathlib import Path

from ari_app.domain.errors import Unavailable

MIB = 2**20
# A new database takes 60 MiB with its first log; what runs already needs some air.
FIRST_MIB, LATER_MIB = 300, 64


def need_room(folder: Path, *, first: int = FIRST_MIB, later: int = LATER_MIB) -> None:
    """
    Args:
        first, later: MiB that must be free before there is a database, and with one.

    Raises:
        Unavailable: the disk is full, or nearly; says how much is missing.
    """
    least = later if (folder / "postgres" / "data").exists() else first
    free = shutil.disk_usage(folder).free // MIB
    if free < least:
        raise Unavailable(
            f"the disk of {folder} is full: {free} MiB free, {least} needed; free some space and"
            " run `hotline up` again"
        )
