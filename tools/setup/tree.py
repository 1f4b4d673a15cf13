"""Makes a folder of unpacked packages into an Asterisk that starts where it stands."""

import json
import os
import re
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from tools.setup.commands import run
from tools.setup.trouble import SetupFailed

NOT_NEEDED = (
    "usr/include",
    "usr/share/bash-completion",
    "usr/share/doc",
    "usr/share/doc-base",
    "usr/share/info",
    "usr/share/lintian",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/zoneinfo",
)
PROGRAM = "usr/sbin/asterisk"
DATA = "usr/share/asterisk"
STATE = "var/lib/asterisk"

# `--argv0` lets `core restart` find this script again instead of the bare program.
WRAPPER = """\
#!/bin/sh
# Starts this folder's Asterisk with its own loader and libraries.
self=$(readlink -f "$0")
tree=${{self%/bin/asterisk}}/tree
exec "$tree/{loader}" --argv0 "$self" --library-path "{libraries}" "$tree/{program}" "$@"
"""


def unpack(archives: Iterable[Path], tree: Path) -> None:
    """Files only: no package script runs. Raises CommandFailed."""
    for archive in archives:
        run(["dpkg-deb", "--extract", archive, tree])


def tidy(tree: Path) -> None:
    """Drops what is not needed, links that lead out, and rights nobody asked for.

    Everything ends up readable by all, and no set-user-id program is left lying in a cache.
    """
    for name in NOT_NEEDED:
        shutil.rmtree(tree / name, ignore_errors=True)
    for folder, folders, files in os.walk(tree):
        os.chmod(folder, 0o755)
        for path in (Path(folder, name) for name in folders + files):
            if path.is_symlink():
                if os.readlink(path).startswith("/"):
                    path.unlink()
            elif path.is_file():
                path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)


def link_sound_languages(tree: Path) -> None:
    """`en` -> `en_US_f_Allison`: a package script makes this link, and none of them ran."""
    sounds = tree / DATA / "sounds"
    for folder in sorted(sounds.glob("[a-z][a-z]_*")):
        link = sounds / folder.name[:2]
        if not link.exists():
            link.symlink_to(folder.name)


def find_loader(tree: Path) -> Path:
    """The dynamic loader beside its C library, whose folder is named after the machine type."""
    found = sorted(tree.glob("usr/lib/*/ld-linux*.so.*")) or sorted(
        tree.glob("lib/*/ld-linux*.so.*")
    )
    if not found:
        raise SetupFailed("the unpacked Asterisk has no loader", "report this with the mirror used")
    return found[0].relative_to(tree)


def wrapper_text(tree: Path) -> str:
    loader = find_loader(tree)
    machine = loader.parent.name
    folders = [
        folder
        for folder in (f"usr/lib/{machine}", f"lib/{machine}", "usr/lib", "lib")
        if (tree / folder).is_dir()
    ]
    libraries = ":".join(f"$tree/{name}" for name in folders)
    return WRAPPER.format(loader=loader, libraries=libraries, program=PROGRAM)


def write_wrapper(home: Path) -> Path:
    """`home/bin/asterisk`, for the tree in `home/tree`."""
    wrapper = home / "bin" / "asterisk"
    wrapper.parent.mkdir(mode=0o755)
    wrapper.write_text(wrapper_text(home / "tree"), encoding="utf-8")
    wrapper.chmod(0o755)
    return wrapper


def write_layout(home: Path, version: str, package_version: str) -> None:
    """`layout.json`: what is where, relative to its own folder."""
    machine = find_loader(home / "tree").parent
    layout = {
        "version": version,
        "package_version": package_version,
        "program": "bin/asterisk",
        "moddir": f"tree/{machine}/asterisk/modules",
        "datadir": f"tree/{DATA}",
        "varlibdir": f"tree/{STATE}",
    }
    path = home / "layout.json"
    path.write_text(json.dumps(layout, indent=2) + "\n", encoding="utf-8")
    path.chmod(0o644)


def folder_version(package_version: str) -> str:
    """`1:22.10.1~dfsg+...` -> `22.10.1`."""
    match = re.search(r"\d+(?:\.\d+)+", package_version.split(":", 1)[-1])
    return match[0] if match else package_version
