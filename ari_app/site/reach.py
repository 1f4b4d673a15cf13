"""Which user our own programs run as, and what has to be theirs for that."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from ari_app.site.layout import SOURCE
from ari_app.site.users import ServiceUser

READ = tuple(
    SOURCE / name
    for name in ("agi", "ari_app", "watchdog", "dialplan/flows", "sounds/manifest.toml")
)
LIBRARIES = ("asyncpg", "aiohttp", "msgspec")
PROBE = """
import os, sys
from importlib import import_module
def complain(error):
    raise error
libraries, *places = sys.argv[1:]
for name in libraries.split(","):
    import_module(name)
for place in places:
    if not os.path.isdir(place):
        open(place).close()
        continue
    for folder, _, names in os.walk(place, onerror=complain):
        for name in names:
            if name.endswith((".py", ".sql", ".toml")):
                open(os.path.join(folder, name)).close()
"""


def obstacle(user: ServiceUser, places: Iterable[Path] = READ) -> str:
    """Why this user cannot run our programs; empty when nothing is in the way.

    Tried, not worked out: permissions, access lists and mounts all count.
    """
    arguments = (",".join(LIBRARIES), *map(str, places))
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROBE, *arguments],
            cwd="/",
            env={"PATH": os.defpath},
            capture_output=True,
            text=True,
            check=False,
            **user.process_options,
        )
    except OSError as error:
        return str(error)
    if done.returncode == 0:
        return ""
    said: str = done.stderr.strip() or f"python ended with {done.returncode}"
    return said.splitlines()[-1]


def hand_over(folder: Path, user: ServiceUser) -> None:
    """Makes the folder and all below theirs. Quick when it is already."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid == user.uid:
        return
    for path in (*folder.rglob("*"), folder):  # the folder last: it says that the rest is done
        os.chown(path, user.uid, user.gid, follow_symlinks=False)
