"""Where programs that set-up fetched are kept: outside the clone, so that they survive `git clean`.

Standard library only: set-up asks this before any dependency is installed.
"""

import os
from collections.abc import Mapping
from pathlib import Path

SHARED_CACHE = Path("/var/cache/hotline")


def cache_folder(env: Mapping[str, str], uid: int) -> Path:
    """The folder set-up writes to: HOTLINE_CACHE, else one for the whole machine or the user."""
    if env.get("HOTLINE_CACHE"):
        return Path(env["HOTLINE_CACHE"]).expanduser().absolute()
    if uid == 0:
        return SHARED_CACHE
    home = env.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home) / "hotline"


def cache_folders(env: Mapping[str, str], uid: int) -> tuple[Path, ...]:
    """Where to look, best first: what root fetched serves every user of the machine."""
    own = cache_folder(env, uid)
    return (own,) if env.get("HOTLINE_CACHE") or own == SHARED_CACHE else (own, SHARED_CACHE)
