"""Finds the programs one installation starts: Asterisk, PostgreSQL and Redis.

Standard library only (and `domain.errors`, which is too): set-up asks this before any
dependency is installed.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ari_app.domain.errors import BadSettings
from ari_app.site.cache import cache_folders

ASTERISK_FLOOR = (22, 10, 1)
POSTGRES_FLOOR = 14
WHAT_NEXT = "run `make setup`"
SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin"  # not in every user's PATH
LIBRARY_FOLDERS = ("usr/lib/*-linux-*", "usr/lib64", "usr/lib", "usr/local/lib", "usr/local/lib64")
DATA_FOLDERS = ("usr/share/asterisk", "usr/local/share/asterisk", "var/lib/asterisk")


@dataclass(frozen=True, slots=True)
class AsteriskProgram:
    """One Asterisk that is new enough; `path` is started like any other program."""

    path: Path
    version: str
    moddir: Path
    datadir: Path

    @classmethod
    def from_layout(cls, layout: Path) -> Self:
        """Reads the `layout.json` of a private tree; its paths are relative to its folder."""
        facts = json.loads(layout.read_text(encoding="utf-8"))
        home = layout.parent
        return cls(
            path=home / facts["program"],
            version=facts["version"],
            moddir=home / facts["moddir"],
            datadir=home / facts["datadir"],
        )


def find_asterisk(
    env: Mapping[str, str] = os.environ, uid: int | None = None, root: Path = Path("/")
) -> AsteriskProgram:
    """HOTLINE_ASTERISK, else `asterisk` from PATH if new enough, else what set-up brought.

    Raises BadSettings, which says what to do.
    """
    if env.get("HOTLINE_ASTERISK"):
        return _asterisk_at(Path(env["HOTLINE_ASTERISK"]).expanduser(), root)
    refused: list[str] = []
    on_path = shutil.which("asterisk", path=f"{env.get('PATH', os.defpath)}:{SYSTEM_FOLDERS}")
    if on_path:
        try:
            return _asterisk_at(Path(on_path), root)
        except BadSettings as error:
            refused += error.problems
    for cache in cache_folders(env, os.geteuid() if uid is None else uid):
        if program := private_asterisk(cache):
            return program
    raise BadSettings([*refused, f"no Asterisk {_dotted(ASTERISK_FLOOR)} or newer: {WHAT_NEXT}"])


def private_asterisk(cache: Path) -> AsteriskProgram | None:
    """The Asterisk that set-up unpacked into this cache, if it is whole and new enough."""
    layout = (cache / "asterisk" / "current").resolve() / "layout.json"
    try:
        program = AsteriskProgram.from_layout(layout)
    except (OSError, ValueError, KeyError):
        return None
    fit = os.access(program.path, os.X_OK) and parse_version(program.version) >= ASTERISK_FLOOR
    return program if fit else None


def find_postgres(root: Path = Path("/")) -> Path:
    """The folder with the newest `initdb` and `postgres`; raises BadSettings."""
    found = [
        (int(initdb.parts[-3].split(".")[0]), initdb.parent)
        for initdb in root.glob("usr/lib/postgresql/*/bin/initdb")
        if initdb.parts[-3].split(".")[0].isdigit()
    ]
    version, folder = max(found, default=(0, root))
    if version < POSTGRES_FLOOR:
        raise BadSettings([f"no PostgreSQL {POSTGRES_FLOOR} or newer: {WHAT_NEXT}"])
    return folder


def find_redis(env: Mapping[str, str] = os.environ) -> Path:
    """The `redis-server` program; raises BadSettings."""
    path = shutil.which("redis-server", path=f"{env.get('PATH', os.defpath)}:{SYSTEM_FOLDERS}")
    if path is None:
        raise BadSettings([f"no redis-server: {WHAT_NEXT}"])
    return Path(path)


def parse_version(text: str) -> tuple[int, ...]:
    """`Asterisk 22.10.1~dfsg+...` -> (22, 10, 1); () when there is no dotted number in it."""
    match = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _asterisk_at(path: Path, root: Path) -> AsteriskProgram:
    """Asks the program for its version and finds its folders; raises BadSettings."""
    said = _version_line(path)
    version = parse_version(said)
    if version < ASTERISK_FLOOR:
        raise BadSettings(
            [
                f"{path} is {said or 'not an Asterisk that starts'},"
                f" needed is {_dotted(ASTERISK_FLOOR)} or newer:"
                " set HOTLINE_ASTERISK to another, or unset it and run `make setup`"
            ]
        )
    layout = path.resolve().parent.parent / "layout.json"
    if layout.is_file():
        return AsteriskProgram.from_layout(layout)
    return AsteriskProgram(path, _dotted(version), *_folders_of_the_machine(path, root))


def _version_line(path: Path) -> str:
    """What `-V` prints, or nothing when the program does not start."""
    try:
        result = subprocess.run(
            [path, "-V"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


def _folders_of_the_machine(path: Path, root: Path) -> tuple[Path, Path]:
    """Module and data folder of an Asterisk that the machine's owner installed."""
    named = _directories(root / "etc/asterisk/asterisk.conf")
    modules = [named.get("astmoddir")] + [
        folder / "asterisk/modules" for name in LIBRARY_FOLDERS for folder in root.glob(name)
    ]
    datas = [named.get("astdatadir")] + [root / name for name in DATA_FOLDERS]
    moddir = _first(modules, "res_pjsip.so")
    datadir = _first(datas, "sounds")
    if moddir is None or datadir is None:
        what = "modules" if moddir is None else "sounds"
        raise BadSettings([f"{path}: its {what} are in none of the usual folders: {WHAT_NEXT}"])
    return moddir, datadir


def _directories(conf: Path) -> dict[str, Path]:
    """`name => /path` lines of an asterisk.conf; nothing when there is no such file."""
    try:
        text = conf.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = re.findall(r"^[ \t]*(ast\w+dir)[ \t]*=>?[ \t]*([^\s;]+)", text, re.MULTILINE)
    return {name: Path(value) for name, value in pairs}


def _first(folders: list[Path | None], holds: str) -> Path | None:
    return next((folder for folder in folders if folder and (folder / holds).exists()), None)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
